import { jobs } from '@warren/contracts';
import { newId } from '@warren/protocol';
import { testDatabase } from '@warren/testing';
import { consumerContract } from '@warren/testing/consumer-contract';
import { WorkConsumer } from './work.consumer.js';

const anything = expect.any(String) as string;
const told = { job: anything, round: 1, at: anything, error: null };

consumerContract({
  module: async () => (await import('../receiver.module.js')).ReceiverModule,
  consumer: WorkConsumer,
  queue: 'jobs.receiver',
  env: async () => ({ JOB_WORK: '0', JOB_FAILS: '0', DATABASE_URL: (await testDatabase()).url }),
  message: (n) => jobs.submitted({ job: newId(), round: 1, message: `Job ${n}`, session: '' }),
  children: () => [jobs.changed({ ...told, state: 'done', step: 2, attempts: 1, instance: anything })],
  malformed: { job: 'no id', round: 1, message: 'Job', session: '' },
});
