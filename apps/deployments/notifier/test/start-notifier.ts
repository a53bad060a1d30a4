import { mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { Bus } from '@warren/bus';
import { deployments } from '@warren/contracts';
import { newId, Targets, type TargetStatus, writeEnvelope, type Command, type Draft } from '@warren/protocol';
import { createApp } from '@warren/service';
import { onTeardown, testBroker, testDatabase, waitFor, type TestBroker, type TestDatabase } from '@warren/testing';
import { connect, type ConfirmChannel } from 'amqplib';
import { type z } from 'zod';

/** A target of the file; what it leaves out suits tests. */
export type Settings = { name: string; url: string } & Record<string, unknown>;

/** The notifier as it runs, without a gateway. */
export interface Notifier {
  app: NestExpressApplication;
  broker: TestBroker;
  database: TestDatabase;
  url: string;
  /** Its TARGETS_FILE. */
  file: string;
  /** As any answer. */
  call(path: string, init?: RequestInit): Promise<{ status: number; body: unknown }>;
  /** An answer that is as its schema says. */
  ask<S extends z.ZodType>(schema: S, path: string, init?: RequestInit): Promise<z.output<S>>;
  /** Publishes a release; @returns its id. @throws when no target takes it */
  release(name: string, attributes?: Record<string, string>): Promise<string>;
  close(): Promise<void>;
}

export const running: Command = { epoch: 1, run: 1, state: 'RUNNING', sources: true, attached: 'all' };

const defaults = { preset: 'log', allow: ['127.0.0.0/8'], delays: ['100ms'], timeout: '2s', breaker: false };

export const writeTargets = (file: string, targets: readonly Settings[]): void =>
  writeFileSync(file, JSON.stringify({ targets: targets.map((one) => ({ ...defaults, ...one })) })); // YAML takes JSON

/** A file of targets, removed at the end. */
export function targetsFile(targets: readonly Settings[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'warren-targets-'));
  onTeardown(() => rm(folder, { recursive: true }));
  const file = join(folder, 'targets.yaml');
  writeTargets(file, targets);
  return file;
}

export async function startNotifier(targets: readonly Settings[], env: NodeJS.ProcessEnv = {}): Promise<Notifier> {
  const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
  const file = targetsFile(targets);
  Object.assign(process.env, { AMQP_URL: broker.url, DATABASE_URL: database.url, TARGETS_FILE: file, LOG_LEVEL: 'fatal', ...env });
  const { NotifierModule } = await import('../src/notifier.module.js'); // reads the environment
  const { RunningTargets } = await import('../src/targets/running-targets.service.js');
  const app = await createApp({ module: NotifierModule });
  await app.listen(0, '127.0.0.1');
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= app.close());
  onTeardown(close);
  const bus = app.get(Bus);
  await waitFor(() => bus.connected);
  await waitFor(async () => (await bus.apply(running), true));
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const call: Notifier['call'] = async (path, init) => {
    const response = await fetch(`${url}/api/v1${path}`, { ...init, headers: { 'content-type': 'application/json' } });
    return { status: response.status, body: await response.json() };
  };
  const ask: Notifier['ask'] = async (schema, path, init) => schema.parse((await call(path, init)).body);
  const { items } = await waitFor(() => ask(Targets, '/targets').then((list) => list.items.length === targets.length && list), { what: 'the targets' });
  const inProcess = app.get(RunningTargets);
  await inProcess.follow();
  // What is released before a target is bound is not its own.
  const takes = async ({ name, queue, state }: TargetStatus) => !inProcess.get(name) || state !== 'delivering' || (await broker.queue(queue)).consumers > 0;
  for (const target of items) await waitFor(() => takes(target), { what: `the consumer of ${target.name}` });
  return { app, broker, database, url, file, call, ask, release: await releaser(broker.url), close };
}

async function releaser(url: string): Promise<Notifier['release']> {
  const connection = await connect(url);
  onTeardown(() => connection.close());
  const channel = await connection.createConfirmChannel();
  const returned = new Set<unknown>();
  channel.on('return', ({ properties }) => returned.add((properties as { messageId: unknown }).messageId));
  return async (release, attributes = {}) => {
    const id = newId();
    await publish(channel, deployments.released({ release, datetime: '2026-11-20T06:40:00Z', attributes }), id);
    if (returned.has(id)) throw new Error('No target takes it.');
    return id;
  };
}

async function publish(channel: ConfirmChannel, { contract, payload }: Draft, id: string): Promise<void> {
  const envelope = { id, journey: id, type: contract.type, service: 'test', at: Date.now(), run: 1, attempt: 1, redrive: 0 };
  channel.publish(contract.exchange, contract.topic, Buffer.from(JSON.stringify(payload)), { ...writeEnvelope(envelope), persistent: true, mandatory: true });
  await channel.waitForConfirms();
}
