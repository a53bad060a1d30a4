import { type AddressInfo } from 'node:net';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Bus, ControlPlane } from '@warren/bus';
import { Database } from '@warren/database';
import { Lifecycle } from '@warren/lifecycle';
import { names, type Command } from '@warren/protocol';
import { createApp } from '@warren/service';
import { FaultProxy, testBroker, testDatabase, waitFor, type TestBroker, type TestDatabase } from '@warren/testing';
import { type Given } from './deliveries.js';

/** The observer as it runs, on a broker and a database of its own, with the exchange `signal` bound to the journal. */
export interface Running {
  broker: TestBroker;
  database: TestDatabase;
  /** Between the observer and its servers. */
  toBroker: FaultProxy;
  toDatabase: FaultProxy;
  /** Publishes as any AMQP client may. */
  publish(message: Given): Promise<void>;
  /** Makes a queue whose dead letters are Warren's. */
  declareQueue(name: string, args?: Record<string, unknown>): Promise<void>;
  /** Gives out what is in a queue, and takes it back. */
  crashOn(queue: string): Promise<void>;
  hear(command: Pick<Command, 'attached'>): Promise<void>;
  lines(): Promise<string[]>;
  /** A figure of /metrics. */
  metric(name: string): Promise<number>;
  close(): Promise<void>;
}

const instance = 'observer-test';

export async function runningObserver(): Promise<Running> {
  const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
  const [toBroker, toDatabase] = await Promise.all([FaultProxy.to(broker.url), FaultProxy.to(database.url)]);
  Object.assign(process.env, { AMQP_URL: toBroker.url, DATABASE_URL: toDatabase.url, WARREN_INSTANCE: instance, LOG_LEVEL: 'fatal' });
  const { ObserverModule } = await import('../src/observer.module.js'); // it reads who it is when it is loaded
  const app = await createApp({ module: ObserverModule });
  await app.listen(0, '127.0.0.1');
  await waitFor(() => app.get(Bus).connected && app.get(Database).ready);
  await waitFor(() => bindFlow(broker));
  return {
    broker, database, toBroker, toDatabase,
    publish: (message) => publish(broker, message),
    declareQueue: (name, args) => declareQueue(broker, name, args),
    crashOn: (queue) => crashOn(broker, queue),
    hear: (command) => hear(app, command),
    lines: async () => (await database.query<{ line: string }>('select line from journal.messages order by seq')).map(({ line }) => line),
    metric: (name) => metric(app, name),
    close: async () => {
      await app.close();
      await Promise.all([toBroker.close(), toDatabase.close()]);
    },
  }; // prettier-ignore
}

/** The observer has declared the queue; a consumer's binding to it is what a service makes. */
async function bindFlow({ management, vhost }: TestBroker): Promise<boolean> {
  await management(`/api/exchanges/${vhost}/signal`, { method: 'PUT', body: { type: 'topic', durable: true } });
  await management(`/api/bindings/${vhost}/e/signal/q/${names.journal}`, { method: 'POST', body: { routing_key: '#' } });
  return true;
}

async function publish({ management, vhost }: TestBroker, { exchange = 'signal', routingKey = 'my.o', properties = {}, body, payload, expiration }: Given): Promise<void> {
  const { messageId: message_id, correlationId: correlation_id, appId: app_id, type, headers } = properties;
  const written = JSON.parse(JSON.stringify({ message_id, correlation_id, app_id, type, headers, expiration, delivery_mode: 2 })) as object;
  const bytes = body ?? Buffer.from(JSON.stringify(payload));
  await management(`/api/exchanges/${vhost}/${exchange || 'amq.default'}/publish`, {
    method: 'POST', body: { routing_key: routingKey, properties: written, payload: bytes.toString('base64'), payload_encoding: 'base64' },
  }); // prettier-ignore
}

/** As a consumer declares it: what it gives up goes to the dead letters. */
async function declareQueue({ management, vhost }: TestBroker, name: string, args: Record<string, unknown> = {}): Promise<void> {
  const given = { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': names.dead, 'x-dead-letter-strategy': 'at-least-once', 'x-overflow': 'reject-publish', ...args };
  await management(`/api/queues/${vhost}/${name}`, { method: 'PUT', body: { durable: true, arguments: given } });
}

/** Takes what is in a queue into hand, and dies. */
async function crashOn({ management, vhost }: TestBroker, name: string): Promise<void> {
  await management(`/api/queues/${vhost}/${name}/get`, { method: 'POST', body: { count: 100, ackmode: 'reject_requeue_true', encoding: 'auto' } });
}

let epoch = 0;

async function hear(app: NestExpressApplication, { attached }: Pick<Command, 'attached'>): Promise<void> {
  epoch += 1;
  const body: Command = { epoch, run: 1, state: 'RUNNING', sources: true, attached };
  await waitFor(() => app.get(ControlPlane).send({ exchange: '', key: names.control(instance), type: 'warren.command', body }, { mandatory: true }).then(() => true));
  await waitFor(() => app.get(Lifecycle).command?.epoch === epoch);
}

async function metric(app: NestExpressApplication, name: string): Promise<number> {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  return Number(new RegExp(`^${name}(?:\\{.*\\})? (.*)$`, 'm').exec(text)?.[1]);
}
