import { connect } from 'amqplib';
import { runRole, type Role } from '../harness/role.js';

/** What the journal is compared with: the least that takes messages from a quorum queue, and does nothing with them. */
async function taker(role: Role): Promise<void> {
  const channel = await (await connect(role.url)).createChannel();
  const queue = process.env['BENCH_QUEUE'] ?? '';
  await channel.assertQueue(queue, { arguments: { 'x-queue-type': 'quorum' } });
  await channel.prefetch(1_000);
  let taken = 0;
  await channel.consume(queue, (message) => {
    if (!message) throw new Error(`the broker cancelled the consumer of ${queue}`);
    taken += 1;
    if (taken % 100 === 0 || taken === role.total) channel.ack(message, true);
    if (taken === role.total) role.done();
  });
  await role.ready();
}

runRole({ taker });
