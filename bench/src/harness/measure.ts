import { cpuOf, peakOf } from './processes.js';
import type { RoleProcess } from './role-process.js';

/** What a process used in a run: microseconds of CPU and, where it is known, its peak resident set in bytes. */
export interface Use {
  cpu: number;
  memory?: number;
}

/** What one run came to. */
export interface Result {
  /** Messages per second from the start signal until the last role has all of them, and the journal too where there is one. */
  rate: number;
  /** By process: the roles, those that are looked at, and those of the servers that are ours. */
  use: ReadonlyMap<string, Use>;
}

export interface Running {
  messages: number;
  roles: ReadonlyMap<string, RoleProcess>;
  /** Processes that are not asked but looked at. */
  others: ReadonlyMap<string, number>;
  /** What else it takes to begin, besides the roles' start signal. */
  begin?: () => Promise<void>;
  /** Resolves when the journal has everything, too. */
  journalled?: () => Promise<void> | undefined;
}

const deadline = 180_000;

/** Not all was there in time. */
export class TooLateError extends Error {
  override name = 'TooLateError';
  constructor() {
    super(`not everything has arrived after ${deadline / 1_000} s`);
  }
}

/** Gives the start signal and waits for the end. @throws when a process ends; TooLateError when not all is there after three minutes */
export async function measure({ messages, roles, others, begin, journalled }: Running): Promise<Result> {
  const before = new Map([...others].map(([name, pid]) => [name, cpuOf(pid)]));
  const done = Promise.race([...[...roles.values()].map((role) => role.heard('done')), tooLate()]);
  const start = performance.now();
  for (const role of roles.values()) role.send('go');
  await begin?.();
  const last = await done;
  await journalled?.();
  const seconds = last.seconds ?? (performance.now() - start) / 1000;
  const use = new Map<string, Use>();
  for (const [name, role] of roles) use.set(name, await role.use());
  for (const [name, pid] of others) {
    const [was, is] = [before.get(name), cpuOf(pid)];
    if (was !== undefined && is !== undefined) use.set(name, { cpu: is - was, memory: peakOf(pid) });
  }
  return { rate: messages / seconds, use };
}

async function tooLate(): Promise<never> {
  return new Promise((_, reject) => setTimeout(() => reject(new TooLateError()), deadline).unref());
}
