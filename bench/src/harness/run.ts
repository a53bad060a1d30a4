import { roleNames, type RoleName } from './role.js';
import { RoleProcess, type Usage } from './role-process.js';

/** A way of carrying the load from source to sink. */
export interface Pipeline {
  readonly name: string;
  /** The compiled script of its three roles. */
  readonly script: string;
}

export interface Load {
  readonly url: string;
  readonly messages: number;
}

/** What one run of a pipeline came to. */
export interface Result {
  /** Messages per second from the start signal to the sink's last. */
  rate: number;
  usage: Record<RoleName, Usage>;
}

const deadline = 60_000;

/**
 * Carries the load once, each role in a process of its own, and stops them.
 * @throws when a process ends, or when the sink has not everything after a minute.
 */
export async function run(pipeline: Pipeline, { url, messages }: Load): Promise<Result> {
  const env = { AMQP_URL: url, BENCH_MESSAGES: String(messages) };
  const roles: [RoleName, RoleProcess][] = [];
  try {
    for (const name of roleNames) roles.push([name, await RoleProcess.start(pipeline.script, name, env)]);
    const seconds = await timed(roles.map(([, one]) => one));
    const usage = await Promise.all(roles.map(async ([name, one]) => [name, await one.usage()] as const));
    return { rate: messages / seconds, usage: Object.fromEntries(usage) as Result['usage'] };
  } finally {
    await Promise.all(roles.map(([, one]) => one.stop()));
  }
}

/** Seconds from the start signal until one of them says that it is done. */
async function timed(roles: RoleProcess[]): Promise<number> {
  const done = Promise.race([...roles.map((one) => one.heard('done')), tooLate()]);
  const start = performance.now();
  for (const role of roles) role.send('go');
  await done;
  return (performance.now() - start) / 1000;
}

async function tooLate(): Promise<never> {
  const late = new Error(`the sink has not everything after ${deadline / 1000} s`);
  return new Promise((_, reject) => setTimeout(() => reject(late), deadline).unref());
}
