import { jobs } from '@warren/contracts';
import { newId } from '@warren/protocol';
import { testDatabase } from '@warren/testing';
import { consumerContract } from '@warren/testing/consumer-contract';
import { ChangesConsumer } from './changes.consumer.js';

consumerContract({
  module: async () => (await import('../sender.module.js')).SenderModule,
  consumer: ChangesConsumer,
  queue: 'jobs.sender',
  env: async () => ({ DATABASE_URL: (await testDatabase()).url }),
  message: (n) => jobs.changed({ job: newId(), round: 1, step: n, state: 'done', at: '2026-11-27T06:40:00.000Z', attempts: 1, instance: 'jobs-receiver-3fa9', error: null }),
  children: () => [],
  malformed: { job: 7 },
});
