import 'reflect-metadata';
import { Injectable, Module, type DynamicModule, type INestApplicationContext, type Provider } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Bus, BusModule, OnMessage, Outbox, OutboxModule, type Received } from '@warren/bus';
import { Database, DatabaseModule, sql, type Transaction } from '@warren/database';
import { contract, flow, type Command } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { z } from 'zod';
import { runRole, type Role } from '../harness/role.js';
import { migrations } from './migrations.js';
import { schema, storeJob, storeResult, type Tables } from './store.js';
import { concurrency, submitAll } from './submit-all.js';
import { mostAttempts, retryDelay, work } from './work.js';

const jobs = flow('jobs', { submitted: contract('jobs.submitted', z.object({ n: z.int(), message: z.string() })) });
const running: Command = { epoch: 2, run: 1, state: 'RUNNING', sources: true, attached: 'all' };
const waiting: Command = { ...running, epoch: 1, state: 'SHUTDOWN', sources: false, attached: 'none' };

/** As a service of Warren does jobs: what a result is stored by goes into one transaction with the inbox. */
@Injectable()
class JobsConsumer {
  @OnMessage(jobs.submitted, { queue: 'jobs.worker', inbox: true, concurrency: concurrency(), policy: { attempts: mostAttempts, delays: [retryDelay] } })
  process({ payload, attempt }: Received<typeof jobs.submitted>) {
    work(payload, attempt);
    return (transaction: Transaction<Tables>) => storeResult(transaction, payload.n, attempt);
  }
}

@Module({})
class JobsModule {
  static with(role: Role, name: string, ...providers: Provider[]): DynamicModule {
    const journal = process.env['BENCH_JOURNAL'] === 'true';
    const bus = BusModule.forRoot({ service: `jobs-${name}`, instance: `jobs-${name}-1`, version: '0', contracts: [jobs], journal, url: role.url });
    return { module: JobsModule, imports: [bus, DatabaseModule.forRoot({ schema, migrations }), OutboxModule], providers };
  }
}

async function submitter(role: Role): Promise<void> {
  const app = await start(role, 'submitter');
  const [database, outbox] = [app.get<Database<Tables>>(Database), app.get(Outbox, { strict: false })];
  await app.get(Bus).apply(running);
  const left = async () => (await sql`select from outbox limit 1`.execute(database.kysely)).rows.length;
  await submitAll(
    role,
    (job) => database.transaction(async (transaction) => {
      await storeJob(transaction, job);
      await outbox.add(transaction, jobs.submitted(job));
    }),
    () => waitFor(async () => (await left()) === 0, { timeout: 120_000, interval: 20, what: 'an empty outbox' }),
  ); // prettier-ignore
}

/** Its queue is there before it takes anything. */
async function worker(role: Role): Promise<void> {
  const app = await start(role, 'worker', JobsConsumer);
  await app.get(Bus).apply(waiting);
  await role.ready();
  await app.get(Bus).apply(running);
}

/** The bus waits for the gateway's word before it does anything: here it is given. */
async function start(role: Role, name: string, ...providers: Provider[]): Promise<INestApplicationContext> {
  const app = await NestFactory.createApplicationContext(JobsModule.with(role, name, ...providers), { logger: ['error', 'fatal'] });
  await app.get<Database<Tables>>(Database).start();
  await waitFor(() => app.get(Bus).connected);
  return app;
}

runRole({ submitter, worker });
