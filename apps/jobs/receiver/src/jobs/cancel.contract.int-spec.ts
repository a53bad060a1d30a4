import { jobs } from '@warren/contracts';
import { newId } from '@warren/protocol';
import { testDatabase } from '@warren/testing';
import { consumerContract } from '@warren/testing/consumer-contract';
import { CancelConsumer } from './cancel.consumer.js';

const anything = expect.any(String) as string;
const told = { job: anything, round: expect.any(Number) as number, at: anything, error: null };

consumerContract({
  module: async () => (await import('../receiver.module.js')).ReceiverModule,
  consumer: CancelConsumer,
  queue: 'jobs.receiver.cancel',
  env: async () => ({ JOB_WORK: '0', JOB_FAILS: '0', DATABASE_URL: (await testDatabase()).url }),
  message: (n) => jobs.cancelling({ job: newId(), round: n }),
  children: () => [jobs.changed({ ...told, state: 'cancelled', step: 1, attempts: 0, instance: null })],
  malformed: { job: 7, round: 1 },
});
