import { relay } from '@warren/contracts';
import { testDatabase } from '@warren/testing';
import { consumerContract } from '@warren/testing/consumer-contract';
import { LastConsumer } from './last.consumer.js';

consumerContract({
  module: async () => (await import('./last.module.js')).LastModule,
  consumer: LastConsumer,
  queue: 'relay.last',
  env: async () => ({ DATABASE_URL: (await testDatabase()).url }),
  message: (n) => relay.finished({ text: `seq-${n}`, history: ['a', 'b', 'c'] }),
  children: () => [],
  malformed: { text: '' },
});
