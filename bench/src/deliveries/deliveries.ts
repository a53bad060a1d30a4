import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '@warren/testing';
import { measure, type Result } from '../harness/measure.js';
import { RoleProcess } from '../harness/role-process.js';
import { openServers } from '../servers.js';
import { rivals, type Rival, type Round } from './rivals.js';

export interface DeliveriesOptions {
  rounds: number;
  /** Of each rival in a round. */
  messages: number;
  /** Milliseconds until the endpoint answers: 0 shows what a delivery costs, 20 is as quick as somebody's API can be hoped to be, 100 is what most take. */
  delays: readonly number[];
}

/** A result for each round, by rival; one such for each delay. */
export type DeliveriesResults = ReadonlyMap<number, ReadonlyMap<string, Result[]>>;

/** Has every rival deliver the same to the same endpoint, one after the other, round by round: what the machine does meanwhile meets each alike. */
export async function benchDeliveries({ rounds, messages, delays }: DeliveriesOptions, say: (line: string) => void): Promise<DeliveriesResults> {
  const results = new Map(delays.map((delay) => [delay, new Map(rivals.map(({ name }) => [name, [] as Result[]]))]));
  const servers = await openServers();
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const delay of delays) {
        for (const rival of rivals) {
          const result = await deliver(rival, delay, messages, servers.pids);
          results.get(delay)?.get(rival.name)?.push(result);
          say(`round ${round}, answered after ${delay} ms: ${rival.name} ${Math.round(result.rate)}/s`);
        }
      }
    }
  } finally {
    await servers.close();
  }
  return results;
}

/** One rival, with its own endpoint. The rate is the endpoint's: from its first request to its last. */
async function deliver(rival: Rival, delay: number, deliveries: number, servers: Round['servers']): Promise<Result> {
  const folder = await mkdtemp(join(tmpdir(), 'warren-bench-'));
  const [port, secret] = [await freePort(), `whsec_${randomBytes(32).toString('base64')}`];
  const stops = [() => rm(folder, { recursive: true, force: true })];
  try {
    const env = { BENCH_PORT: String(port), BENCH_SECRET: secret, BENCH_DELAY: String(delay), BENCH_MESSAGES: String(deliveries) };
    const endpoint = await RoleProcess.start(join(__dirname, 'endpoint.js'), 'endpoint', env);
    stops.push(() => endpoint.stop());
    const { sender, stop, ...ready } = await rival.start({ url: `http://127.0.0.1:${port}/`, secret, deliveries, folder, servers });
    stops.push(stop);
    const roles = new Map([['endpoint', endpoint], ...(sender ? [['sender', sender] as const] : [])]);
    return await measure({ messages: deliveries, roles, ...ready });
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}
