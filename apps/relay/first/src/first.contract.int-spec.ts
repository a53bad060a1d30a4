import { entrance, relay } from '@warren/contracts';
import { testDatabase } from '@warren/testing';
import { consumerContract } from '@warren/testing/consumer-contract';
import { FirstConsumer } from './first.consumer.js';

consumerContract({
  module: async () => (await import('./first.module.js')).FirstModule,
  consumer: FirstConsumer,
  queue: 'relay.first',
  env: async () => ({ RELAY_COUNT: '0', DATABASE_URL: (await testDatabase()).url }),
  message: (n) => relay.start({ count: 2, from: n }),
  children: (n) => [n, n + 1].map((seq) => entrance({ text: `seq-${seq}`, history: [], handled: {}, waited: 0 })),
  malformed: { count: 0 },
});
