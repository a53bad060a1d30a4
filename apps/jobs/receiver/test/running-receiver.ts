import { type AddressInfo } from 'node:net';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Bus, ControlPlane } from '@warren/bus';
import { Database } from '@warren/database';
import { Lifecycle } from '@warren/lifecycle';
import { names, type Command } from '@warren/protocol';
import { createApp } from '@warren/service';
import { FaultProxy, onTeardown, testBroker, testDatabase, waitFor, type TestBroker, type TestDatabase } from '@warren/testing';

/** The service as it runs, on a broker and a database of its own. */
export interface Running {
  app: NestExpressApplication;
  url: string;
  broker: TestBroker;
  database: TestDatabase;
  /** Between the service and its database. */
  toDatabase: FaultProxy;
  /** Tells it the state, as the gateway does; resolves when it is in it. */
  hear(state: Command['state']): Promise<void>;
}

const instance = 'jobs-receiver-3fa9';

export async function runningReceiver(settings: NodeJS.ProcessEnv = {}): Promise<Running> {
  const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
  const toDatabase = await FaultProxy.to(database.url);
  onTeardown(() => toDatabase.close());
  Object.assign(process.env, { AMQP_URL: broker.url, DATABASE_URL: toDatabase.url, WARREN_INSTANCE: instance, LOG_LEVEL: 'fatal', ...settings });
  const [{ ReceiverModule }, { setupDocs }] = await Promise.all([import('../src/receiver.module.js'), import('../src/docs.js')]); // they read who they are when they are loaded
  const app = await createApp({ module: ReceiverModule, setup: setupDocs });
  onTeardown(() => app.close());
  await app.listen(0, '127.0.0.1');
  await waitFor(() => app.get(Bus).connected && app.get<Database>(Database).ready, { timeout: 20_000, what: 'the start of receiver' });
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  return { app, url, broker, database, toDatabase, hear: (state) => hear(app, state) };
}

let epoch = 0;

async function hear(app: NestExpressApplication, state: Command['state']): Promise<void> {
  epoch += 1;
  const body: Command = { epoch, run: 1, state, sources: state === 'RUNNING', attached: state === 'RUNNING' ? 'all' : 'none' };
  await waitFor(() => app.get(ControlPlane).send({ exchange: '', key: names.control(instance), type: 'warren.command', body }, { mandatory: true }).then(() => true));
  await waitFor(() => app.get(Lifecycle).command?.epoch === epoch);
}
