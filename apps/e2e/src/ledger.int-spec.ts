import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { waitFor } from '@warren/testing';
import { EntriesReader } from './fragile/entries.js';
import { BandTap } from './letters/band-tap.js';
import { Chaos } from './letters/chaos.js';
import { DeadLetterApi } from './letters/dead-letter-api.js';
import { faultsOf } from './letters/judge.js';
import { openMessages } from './letters/open-messages.js';
import { casesOf, consumers, endOf, waitAfter } from './letters/plan.js';
import { Publishing } from './letters/publishing.js';
import { allEnded, waitsOf, type Passing } from './letters/waits.js';
import { bootSystem } from './system/boot-system.js';
import { Dice } from './system/dice.js';
import { Place } from './system/place.js';
import { type System } from './system/system.js';

const seed = Number(process.env['LEDGER_SEED'] ?? randomInt(2 ** 31));
const count = Number(process.env['LEDGER_MESSAGES'] ?? 20_000);
const dice = new Dice(seed);
const cases = casesOf(count, dice);
const foreign = cases.filter((one) => one.foreign);
/** Milliseconds in which about all the kills are. */
const killing = 45_000;
/** From the last publish to the last end. */
const settling = 120_000;
/** Milliseconds over its band that a busy machine may add to a wait. */
const slack = 2_000;

let system: System;
let api: DeadLetterApi;
let places: Place[];
let tap: BandTap;
let chaos: Chaos;
let publishing: Publishing;
let file: EntriesReader;

beforeAll(async () => {
  process.stdout.write(`The failures and kills of this run: LEDGER_SEED=${seed} LEDGER_MESSAGES=${count}\n`);
  system = await bootSystem({ ownServers: true, env: { ORIG_INTERVAL: '600000', LOG_LEVEL: 'error' } });
  api = new DeadLetterApi(() => system.run.url);
  const path = join(system.folder, 'fragile.entries');
  file = new EntriesReader(path);
  const env = system.run.services.find(({ service }) => service === 'signal-imed')?.env;
  const fragile = () => new Place('apps/e2e/dist/fragile/main.js', { ...process.env, ...env, LOG_LEVEL: 'error', FRAGILE_ENTRIES: path });
  tap = await BandTap.on(system.run.broker.url, Object.values(consumers).map(({ queue }) => queue));
  places = [fragile(), fragile()];
  await Promise.all(places.map((place) => place.ready()));
  chaos = new Chaos(system, places, dice);
  publishing = new Publishing(system);
}, 180_000);

afterAll(async () => {
  await tap.stop();
  await Promise.all(places.map((place) => place.stop()));
});

/** Those of a case that are known at its end: the messages handled, and the dead letters. */
async function ended(): Promise<true> {
  const handled = new Set(file.all().flatMap(({ what, id, n }) => (what === 'handled' ? [cases[n - 1]?.foreign ? n : id] : [])));
  const dead = new Set((await api.all('flow:fragile')).map(({ message }) => message));
  const open = [...publishing.accepted.keys()].filter((id) => !handled.has(id) && !dead.has(id));
  const foreigners = foreign.filter((one) => endOf(one).outcome === 'handled' && !handled.has(one.n));
  if (open.length + foreigners.length > 0) throw new Error(`${open.length} are open: ${open.slice(0, 5).join()} ${foreigners.slice(0, 5).map(({ n }) => n).join()}`);
  return true;
}

/** A node killed right after a queue was declared may lose it: each consumer has been through all its waits before. */
const bandsAreThere = () =>
  waitFor(() => Object.values(consumers).every(({ queue, attempts }) => file.all().some((entry) => entry.queue === queue && entry.attempt === attempts)), {
    timeout: 60_000, what: 'a last attempt at each consumer',
  }); // prettier-ignore

/** Of a payload, or of a body that is none. */
const numberIn = (body: unknown): string => /\d+/.exec(JSON.stringify(body))?.[0] ?? '';

describe(`${count} messages through consumers that fail, while all is killed at random`, () => {
  it('come to an end, each of them', async () => {
    await Promise.all([publishing.publish(cases, killing), bandsAreThere().then(() => chaos.run())]);
    await waitFor(ended, { timeout: settling, interval: 1_000, what: 'the end of all' });
    // What nobody confirmed may be in the journal and not in its queue when the broker is killed: it was not accepted, and nobody can end it.
    await waitFor(async () => (await openMessages(system)).every((id) => !publishing.accepted.has(id)), { timeout: 30_000, what: 'the end of all in the journal' });
    expect(publishing.accepted.size).toBe(count - foreign.length);
  }, 600_000);

  it('end as planned: handled or dead, with the right cause, number of attempts and waits not shorter than declared', async () => {
    const deadLetters = await api.all('flow:fragile');
    process.stdout.write(`${publishing.accepted.size} messages, ${deadLetters.length} dead letters; consumers ended ${places.reduce((sum, { ends }) => sum + ends, 0)} times\n`);
    expect(faultsOf({ cases, accepted: publishing.accepted, entries: file.all(), deadLetters })).toEqual([]);
  });

  // A crash after the dead letter and before the acknowledgement makes another one: there is no id by which the two are one.
  it('that came without an id end too, and those that must be given up are dead letters', async () => {
    const letters = await Promise.all((await api.all('flow:fragile and foreign:true')).map(({ id }) => api.one(id)));
    const dead = letters.map(({ attempt, cause, payload, text }) => `${numberIn(payload ?? text)}: ${cause.name} at attempt ${attempt}`);
    const expected = foreign.map((one) => ({ n: one.n, ...endOf(one) })).filter(({ outcome }) => outcome === 'dead');
    expect(new Set(dead)).toEqual(new Set(expected.map(({ n, attempt, cause }) => `${n}: ${cause?.name ?? ''} at attempt ${attempt}`)));
  });

  it('wait no longer than the band of their delay allows, seen from the broker', async () => {
    const numbers = new Map([...file.all().map(({ id, n }) => [id, n] as const), ...publishing.accepted]);
    const delayOf = ({ message, attempt }: Passing) => waitAfter(cases[(numbers.get(message) ?? 0) - 1]!, attempt - 1);
    // A repetition of what has ended already may wait until now.
    const waits = await waitFor(() => allEnded(waitsOf(tap.passings, chaos.outages, delayOf)), { timeout: 30_000, what: 'the end of every wait' });
    const late = waits.map((wait) => wait.late);
    process.stdout.write(`${waits.length} waits, the latest ${Math.round(Math.max(...late))} ms over its band; the broker was away ${chaos.outages.map(({ from, to }) => Math.round(to - from)).join(', ')} ms\n`);
    expect(waits.length).toBeGreaterThan(count / 10);
    expect(waits.filter((wait) => wait.late > slack)).toEqual([]);
  });

  it('have one effect each in the journal', async () => {
    const effects = (await system.request('/messages?flow=fragile')).text.split('\n').flatMap((line) => /Topic done: did (\d+)$/.exec(line)?.[1] ?? []);
    const handled = new Set(file.all().filter(({ what, n }) => what === 'handled' && !cases[n - 1]?.foreign).map(({ id, n }) => `${n} ${id}`));
    const expected = [...handled].map((one) => one.split(' ')[0]);
    const ours = effects.filter((n) => !cases[Number(n) - 1]?.foreign);
    expect(ours.toSorted()).toEqual(expected.toSorted());
  });
});
