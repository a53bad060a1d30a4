import { randomBytes } from 'node:crypto';
import { connect } from 'amqplib';
import { sharedServer } from './environment.js';
import { managementApi, type Management } from './management-api.js';
import { onTeardown } from './teardown.js';

/** A queue at this moment; the management API is seconds behind. */
export interface QueueInfo {
  /** Without those that a consumer has in hand. */
  messages: number;
  consumers: number;
}

/** A vhost of its own on the broker that the tests share. */
export interface TestBroker {
  url: string;
  managementUrl: string;
  vhost: string;
  management: Management;
  /** @throws when there is no such queue. */
  queue(name: string): Promise<QueueInfo>;
  /** Done by itself at the end of a Jest file. */
  remove(): Promise<void>;
}

/** Makes a vhost on AMQP_URL; at the end of the Jest file it is deleted with all that is in it. */
export async function testBroker(): Promise<TestBroker> {
  const url = sharedServer('AMQP_URL');
  const managementUrl = sharedServer('AMQP_MANAGEMENT_URL');
  const management = managementApi(managementUrl);
  const vhost = `test-${randomBytes(6).toString('hex')}`;
  await management(`/api/vhosts/${vhost}`, { method: 'PUT' });
  await management(`/api/permissions/${vhost}/${url.username}`, { method: 'PUT', body: { configure: '.*', write: '.*', read: '.*' } });
  url.pathname = `/${vhost}`;
  const remove = async () => management<undefined>(`/api/vhosts/${vhost}`, { method: 'DELETE' });
  onTeardown(remove);
  return {
    url: url.href, managementUrl: managementUrl.href, vhost, management, remove,
    queue: (name) => queueInfo(url.href, name),
  };
}

async function queueInfo(url: string, name: string): Promise<QueueInfo> {
  const connection = await connect(url);
  connection.on('error', () => undefined); // a missing queue is thrown below
  try {
    const channel = await connection.createChannel();
    channel.on('error', () => undefined);
    const { messageCount, consumerCount } = await channel.checkQueue(name);
    return { messages: messageCount, consumers: consumerCount };
  } finally {
    await connection.close();
  }
}
