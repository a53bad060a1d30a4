import { takenBy } from '@warren/contracts';
import { testDatabase } from '@warren/testing';
import { consumerContract } from '@warren/testing/consumer-contract';
import { StageConsumer } from './stage.consumer.js';

const before = { text: '', history: ['a'], handled: { a: '2026-11-26T06:40:01.200Z' }, waited: 7, createdAt: '2026-11-26T06:40:00.000Z', updatedAt: '2026-11-26T06:40:01.200Z' };
const anyTime = expect.any(String) as string;

consumerContract({
  module: async () => (await import('./stage.module.js')).StageModule,
  consumer: StageConsumer,
  queue: 'relay.b',
  env: async () => ({ RELAY_STAGE: 'b', RELAY_WAIT_LEAST: '10', RELAY_WAIT_MOST: '10', DATABASE_URL: (await testDatabase()).url }),
  message: (n) => takenBy('b')({ ...before, text: `seq-${n}` }),
  children: (n) => [takenBy('c')({ ...before, text: `seq-${n}`, history: ['a', 'b'], handled: { ...before.handled, b: anyTime }, waited: 17, updatedAt: anyTime })],
  malformed: { ...before, text: 'seq-1', history: 'a' },
});
