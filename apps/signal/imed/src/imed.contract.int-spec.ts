import { signal } from '@warren/contracts';
import { consumerContract } from '@warren/testing/consumer-contract';
import { ImedConsumer } from './imed.consumer.js';
import { ImedModule } from './imed.module.js';

consumerContract({
  module: () => ImedModule,
  consumer: ImedConsumer,
  queue: 'signal.imed',
  env: () => ({ IMED_DELAY: '10' }),
  message: (n) => signal.original({ text: `MSG_${n}` }),
  children: (n) => [signal.intermediate({ text: `Got MSG_${n}` })],
  malformed: { text: 7 },
});
