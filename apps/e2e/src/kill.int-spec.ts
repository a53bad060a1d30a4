import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@warren/testing';
import { Dice } from './system/dice.js';
import { bootSystem } from './system/boot-system.js';
import { type System } from './system/system.js';

const rounds = Number(process.env['KILL_ROUNDS'] ?? 20);
const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));
const dice = new Dice(seed);
/** Every fault must be healed after so many milliseconds. */
const healing = 15_000;
/** A round kills seven processes; each may take the whole time to heal. */
const roundTimeout = 8 * (healing + 5_000);

let system: System;
beforeAll(async () => {
  process.stdout.write(`The kills of this run: KILL_SEED=${seed} KILL_ROUNDS=${rounds}\n`);
  system = await bootSystem({ ownServers: true, env: { ORIG_INTERVAL: '200', IMED_DELAY: '50' } });
  await waitFor(async () => (await answered()) > 10, { timeout: 20_000, what: 'the first answers' }); // a node killed right after a queue was declared may lose it
}, 150_000);

/** How many messages have their answer in the message log. */
const answered = async () => (await system.texts('my.i')).length;

/** Messages flow again, the state has converged, and whoever was killed has beaten since. */
async function healed(name: string, since: Date, before: number): Promise<boolean> {
  if ((await answered()) < before + 2 || !(await system.state()).converged) return false;
  const killed = (await system.services()).filter(({ service }) => service === name);
  return killed.every(({ instances }) => instances.some(({ lastBeat }) => new Date(lastBeat) > since));
}

async function killAndHeal(name: string, pid: number): Promise<void> {
  await delay(dice.below(1_000));
  const before = await answered();
  const since = new Date();
  process.kill(pid, 'SIGKILL');
  await waitFor(() => healed(name, since, before), { timeout: healing, interval: 100, what: `the healing after the kill of ${name}` });
  process.stdout.write(`${name} ${Date.now() - since.getTime()} ms\n`);
}

async function killServices(): Promise<void> {
  const names = dice.shuffled((await system.services()).map(({ service }) => service));
  expect(names).toHaveLength(5);
  for (const name of names) await killAndHeal(name, system.pid(name));
}

describe('under RUNNING, with kill -9 of each service in turn, then the broker, then Postgres', () => {
  it.each(Array.from({ length: rounds }, (_, index) => index + 1))('heals by itself within 15 s each time, round %i', async () => {
    await killServices();
    const { broker, database } = system.run;
    await killAndHeal('the broker', broker.processes[0]!.pid);
    await killAndHeal('Postgres', database.processes[0]!.pid);
  }, roundTimeout);

  it('has every n once per topic in the message log, without a gap', async () => {
    const transition = await system.transition('PAUSED');
    expect(transition.quiet).toBe(true);
    const originals = await system.texts('my.o');
    const numbers = originals.map((_, index) => index + 1);
    expect(originals).toEqual(numbers.map((n) => `MSG_${n}`));
    const answers = await system.texts('my.i');
    expect(answers).toHaveLength(originals.length);
    expect(new Set(answers)).toEqual(new Set(numbers.map((n) => `Got MSG_${n}`)));
  });
});
