import { testBroker } from '@warren/testing';
import { Observer } from './observer.js';
import { cpuOf, peakOf } from './processes.js';
import { roleNames } from './role.js';
import { RoleProcess } from './role-process.js';

/** A way of carrying the load from source to sink. */
export interface Pipeline {
  readonly name: string;
  /** The compiled script of its three roles. */
  readonly script: string;
  /** Whether the observer journals what it carries. */
  readonly journal?: boolean;
}

/** What a process used in a run: microseconds of CPU and, where it is known, its peak resident set in bytes. */
export interface Use {
  cpu: number;
  memory?: number;
}

/** What one run of a pipeline came to. */
export interface Result {
  /** Messages per second from the start signal until the sink has the last, and the journal too where there is one. */
  rate: number;
  /** By process: the roles, `observer`, and those of the servers that are ours. */
  use: ReadonlyMap<string, Use>;
}

export interface Load {
  readonly messages: number;
  /** Process ids of servers to account for. */
  readonly servers: ReadonlyMap<string, number>;
}

const deadline = 60_000;

/**
 * Carries the load once on a vhost of its own, each role in a process of its own, and stops them.
 * @throws when a process ends, or when not all is there after a minute.
 */
export async function run({ script, journal = false }: Pipeline, { messages, servers }: Load): Promise<Result> {
  const broker = await testBroker();
  const env = { AMQP_URL: broker.url, BENCH_MESSAGES: String(messages), BENCH_JOURNAL: String(journal) };
  const stops = [() => broker.remove()];
  try {
    const observer = journal ? await Observer.start(broker.url) : undefined;
    if (observer) stops.push(() => observer.stop());
    const roles = new Map<string, RoleProcess>();
    for (const name of roleNames) {
      const role = await RoleProcess.start(script, name, env);
      roles.set(name, role);
      stops.push(() => role.stop());
    }
    const others = new Map([...servers, ...(observer ? [['observer', observer.pid] as const] : [])]);
    return await measure({ messages, roles, others, journalled: () => observer?.has(2 * messages) });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

interface Running {
  messages: number;
  roles: ReadonlyMap<string, RoleProcess>;
  /** Processes that are not asked but looked at. */
  others: ReadonlyMap<string, number>;
  journalled: () => Promise<void> | undefined;
}

async function measure({ messages, roles, others, journalled }: Running): Promise<Result> {
  const before = new Map([...others].map(([name, pid]) => [name, cpuOf(pid)]));
  const done = Promise.race([...[...roles.values()].map((role) => role.heard('done')), tooLate()]);
  const start = performance.now();
  for (const role of roles.values()) role.send('go');
  await done;
  await journalled();
  const seconds = (performance.now() - start) / 1000;
  const use = new Map<string, Use>();
  for (const [name, role] of roles) use.set(name, await role.use());
  for (const [name, pid] of others) {
    const [was, is] = [before.get(name), cpuOf(pid)];
    if (was !== undefined && is !== undefined) use.set(name, { cpu: is - was, memory: peakOf(pid) });
  }
  return { rate: messages / seconds, use };
}

async function tooLate(): Promise<never> {
  const late = new Error(`the sink has not everything after ${deadline / 1000} s`);
  return new Promise((_, reject) => setTimeout(() => reject(late), deadline).unref());
}
