import { randomInt } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@warren/testing';
import { Dice } from './system/dice.js';
import { bootSystem } from './system/boot-system.js';
import { Load } from './system/load.js';
import { type System } from './system/system.js';

const rounds = Number(process.env['KILL_ROUNDS'] ?? 20);
const seed = Number(process.env['KILL_SEED'] ?? randomInt(2 ** 31));
const dice = new Dice(seed);
/** Every fault must be healed after so many milliseconds. */
const healing = 15_000;
/** A round kills seven processes; each may take the whole time to heal. */
const roundTimeout = 8 * (healing + 5_000);

let system: System;
let load: Load;
beforeAll(async () => {
  process.stdout.write(`The kills of this run: KILL_SEED=${seed} KILL_ROUNDS=${rounds}\n`);
  system = await bootSystem({ ownServers: true, env: { ORIG_INTERVAL: '200', IMED_DELAY: '50' } });
  load = new Load(system);
  await waitFor(async () => (await answered()) > 10, { timeout: 20_000, what: 'the first answers' }); // a node killed right after a queue was declared may lose it
}, 150_000);

const ofOrig = (text: string) => text.includes('MSG_');

/** How many messages have their answer in the message log. */
const answered = async () => (await system.texts('my.i')).length;

/** One process of the running system, as run.json has it at the moment. */
type Victim = { name: string; pid: () => number | undefined };

const service = (name: string): Victim => ({ name, pid: () => system.pid(name) });
const servers: Victim[] = [
  { name: 'the broker', pid: () => system.run.broker.processes[0]?.pid },
  { name: 'Postgres', pid: () => system.run.database.processes[0]?.pid },
];

/** The killed process is another, the state has converged, and messages flow again. @throws with what is not healed yet */
async function healed({ pid }: Victim, killed: number, before: number): Promise<boolean> {
  if (pid() === killed) throw new Error('it was not started again');
  const [state, services] = [await system.state(), await system.services()];
  if (!state.converged) throw new Error(`not converged: ${JSON.stringify({ state, services })}`);
  const now = await answered();
  if (now < before + 2) throw new Error(`${now} answers are in the message log, before the kill there were ${before}`);
  return true;
}

async function killAndHeal(victim: Victim): Promise<void> {
  await delay(dice.below(300));
  const before = await answered();
  const killed = victim.pid();
  if (killed === undefined) throw new Error(`${victim.name} has no process.`);
  const since = performance.now();
  process.kill(killed, 'SIGKILL');
  await waitFor(() => healed(victim, killed, before), { timeout: healing, interval: 100, what: `the healing after the kill of ${victim.name}` });
  process.stdout.write(`${victim.name}: healed after ${Math.round(performance.now() - since)} ms\n`);
}

describe('under RUNNING, with kill -9 of each service in turn, then the broker, then Postgres', () => {
  it.each(Array.from({ length: rounds }, (_, index) => index + 1))('heals by itself within 15 s each time, round %i', async () => {
    const names = dice.shuffled((await system.services()).map((one) => one.service));
    expect(names).toHaveLength(5);
    for (const victim of [...names.map(service), ...servers]) await killAndHeal(victim);
  }, roundTimeout);

  it('has every n once per topic in the message log, without a gap', async () => {
    await load.stop();
    const transition = await system.transition('PAUSED');
    expect(transition.quiet).toBe(true);
    const originals = (await system.texts('my.o')).filter(ofOrig);
    const numbers = originals.map((_, index) => index + 1);
    expect(originals).toEqual(numbers.map((n) => `MSG_${n}`));
    const answers = (await system.texts('my.i')).filter(ofOrig);
    expect(answers).toHaveLength(originals.length);
    expect(new Set(answers)).toEqual(new Set(numbers.map((n) => `Got MSG_${n}`)));
  });

  it('has lost nothing that it had accepted, and shows nothing twice', async () => {
    const answered = (await system.texts('my.i')).filter((text) => !ofOrig(text)).map((text) => text.replace('Got ', ''));
    const { accepted, lost, repeated } = load.verdict(answered);

    process.stdout.write(`${accepted} messages were accepted meanwhile\n`);
    expect(accepted).toBeGreaterThan(rounds);
    expect({ lost, repeated }).toEqual({ lost: [], repeated: [] });
  });
});
