import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '@warren/database';
import { PrivateRedis, testBroker, testDatabase } from '@warren/testing';
import { atEnd } from '../harness/at-end.js';
import { measure, type Result } from '../harness/measure.js';
import { Observer } from '../harness/observer.js';
import { RoleProcess } from '../harness/role-process.js';
import { migrations } from './migrations.js';
import { type Rival } from './rivals.js';
import { checkResults, schema, type Tables } from './store.js';

/** How the jobs are done. */
export interface Way {
  /** At once, by the one process that works. */
  concurrency: number;
  /** All jobs wait before the worker begins; else it works while they are submitted, and the time counts from the first submission. */
  beforehand: boolean;
}

export interface Load extends Way {
  jobs: number;
  /** Process ids of broker and database, where they are ours. */
  servers: ReadonlyMap<string, number>;
}

export interface Done {
  result: Result;
  /** Results that were stored once more. */
  copies: number;
}

type Stop = () => Promise<void>;

/** What a rival runs on. */
interface Ground {
  env: NodeJS.ProcessEnv;
  others: ReadonlyMap<string, number>;
  observer?: Observer;
  database: Database<Tables>;
}

/**
 * Has one rival do all jobs, on a database of its own, submitter and worker each a process of its own.
 * @throws when a process ends, when not all is done in time, or when a job has another result than it should
 */
export async function doJobs(rival: Rival, load: Load): Promise<Done> {
  const stops: Stop[] = [];
  try {
    const { env, others, observer, database } = await prepare(rival, load, stops);
    const start = async (script: string, name: string) => {
      const role = await RoleProcess.start(join(__dirname, `${script}.js`), name, env);
      stops.push(() => role.stop());
      return role;
    };
    const worker = await start(rival.script, 'worker'); // it makes what jobs are submitted to
    const submitter = await start(rival.script, 'submitter');
    const counter = await start('counter', 'counter');
    if (load.beforehand) await submitted(submitter);
    const roles = new Map([...(load.beforehand ? [] : [['submitter', submitter] as const]), ['worker', worker] as const, ['counter', counter] as const]);
    const result = await measure({ messages: load.jobs, roles, others, journalled: () => observer?.has(load.jobs) });
    const results = await database.kysely.selectFrom('results').selectAll().orderBy('id').execute();
    return { result, copies: checkResults(results, load.jobs, rival) };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function prepare({ broker: hasBroker, journal, fsync, env: settings }: Rival, { jobs, concurrency, beforehand, servers }: Load, stops: Stop[]): Promise<Ground> {
  const others = new Map(servers);
  if (!hasBroker) others.delete('broker');
  const env: NodeJS.ProcessEnv = { ...settings, BENCH_MESSAGES: String(jobs), BENCH_CONCURRENCY: String(concurrency), BENCH_BEFOREHAND: String(beforehand), BENCH_JOURNAL: String(journal) };
  const empty = await testDatabase();
  stops.push(() => empty.remove());
  env['DATABASE_URL'] = empty.url;
  const database = new Database<Tables>({ url: empty.url, schema, migrations });
  stops.push(() => database.close());
  await database.start();
  if (fsync) {
    const redis = await startRedis(fsync, stops);
    others.set('redis', redis.pid);
    env['BENCH_REDIS_PORT'] = String(redis.port);
  }
  if (!hasBroker) return { env, others, database };
  const broker = await testBroker();
  stops.push(() => broker.remove());
  env['AMQP_URL'] = broker.url;
  const observer = journal ? await Observer.start(broker.url) : undefined;
  if (observer) {
    stops.push(() => observer.stop());
    others.set('observer', observer.pid);
  }
  return { env, others, observer, database };
}

async function startRedis(fsync: NonNullable<Rival['fsync']>, stops: Stop[]): Promise<PrivateRedis> {
  const folder = await mkdtemp(join(tmpdir(), 'warren-bench-'));
  stops.push(() => rm(folder, { recursive: true, force: true }));
  const redis = await PrivateRedis.start({ folder, fsync });
  stops.push(atEnd(() => redis.stop()));
  return redis;
}

async function submitted(submitter: RoleProcess): Promise<void> {
  const done = submitter.heard('done');
  submitter.send('go');
  await done;
}
