import { deployments } from '@warren/contracts';
import { onTeardown, testDatabase } from '@warren/testing';
import { consumerContract } from '@warren/testing/consumer-contract';
import { httpEndpoint } from '../../test/endpoint.js';
import { targetsFile } from '../../test/start-notifier.js';
import { DeliveryConsumer } from './delivery.consumer.js';

consumerContract({
  module: async () => (await import('../delivery.module.js')).DeliveryModule, // reads the environment
  consumer: DeliveryConsumer,
  queue: 'deployments.log',
  env: async () => {
    const [database, end] = await Promise.all([testDatabase(), httpEndpoint((response) => response.writeHead(200).end())]);
    onTeardown(() => end.close());
    return { DATABASE_URL: database.url, TARGETS_FILE: targetsFile([{ name: 'log', url: `http://127.0.0.1:${end.port}/` }]) };
  },
  message: (n) => deployments.released({ release: `v${n}`, datetime: '2026-11-20T06:40:00Z' }),
  children: () => [],
  malformed: { release: 7 },
});
