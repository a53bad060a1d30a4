import { testBroker } from '@warren/testing';
import { Observer } from './observer.js';
import { measure, type Result } from './measure.js';
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

export interface Load {
  readonly messages: number;
  /** Process ids of servers to account for. */
  readonly servers: ReadonlyMap<string, number>;
}

/**
 * Carries the load once on a vhost of its own, each role in a process of its own, and stops them.
 * @throws when a process ends, or when not all is there in time.
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
