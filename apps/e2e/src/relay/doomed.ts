import { newId, writeEnvelope } from '@warren/protocol';
import { connect } from 'amqplib';
import { type System } from '../system/system.js';

/** Publishes a root as the source of first does, but one that no stage can take. @returns its id */
export async function publishDoomed({ run }: System): Promise<string> {
  const id = newId();
  const connection = await connect(run.broker.url);
  try {
    const channel = await connection.createConfirmChannel();
    const properties = writeEnvelope({ id, journey: id, type: 'relay.a@1', service: 'relay-first', source: 'relay.first', at: Date.now(), attempt: 1, redrive: 0 });
    channel.publish('relay', 'relay.a', Buffer.from('{"text":""}'), { ...properties, persistent: true });
    await channel.waitForConfirms();
  } finally {
    await connection.close();
  }
  return id;
}
