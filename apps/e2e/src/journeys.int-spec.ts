import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Database, sql } from '@warren/database';
import { Journey } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { Feed } from './journeys/feed.js';
import { journeyOf, type PlannedMessage } from './journeys/plan.js';
import { braided, recordsOf } from './journeys/records.js';
import { expectedTree, seenTree } from './journeys/trees.js';
import { bootSystem } from './system/boot-system.js';
import { Dice } from './system/dice.js';
import { type System } from './system/system.js';

const seed = Number(process.env['JOURNEYS_SEED'] ?? randomInt(2 ** 31));
const count = Number(process.env['JOURNEYS'] ?? 10_000);
const dice = new Dice(seed);
/** Under way at the same time. */
const together = 40;
/** Asked for at the same time. */
const lanes = 8;

let system: System;
let journal: Database;
const planned = Array.from({ length: count }, (_, n) => journeyOf(n, dice, Date.now()));

/** Resolves when all of it is in the journal. */
async function feed(): Promise<void> {
  const fed = await Feed.to(system.run.broker.url, dice);
  for (let from = 0; from < count; from += together) {
    const records = braided(planned.slice(from, from + together).map((root) => recordsOf(root, dice)), dice);
    for (const record of records) await fed.add(record);
  }
  const marker = await fed.end();
  const committed = async () => (await sql`select from markers where id = ${marker}`.execute(journal.kysely)).rows.length > 0;
  await waitFor(committed, { timeout: 90_000, interval: 100, what: 'the end of the records in the journal' });
}

/** Any id that a message of the journey is called by. */
function idIn(root: PlannedMessage): string {
  const ids = idsOf(root);
  return ids[dice.below(ids.length)] ?? '';
}

const idsOf = ({ id, hops }: PlannedMessage): string[] => [...(id === undefined ? hops.map(({ known }) => known) : [id]), ...hops.flatMap(({ children }) => children.flatMap(idsOf))];

async function seen(id: string) {
  const { status, text } = await system.request(`/api/v1/journeys/${id}`);
  return status === 200 ? seenTree(Journey.parse(JSON.parse(text))) : { id, status, text };
}

beforeAll(async () => {
  process.stdout.write(`The journeys of this run: JOURNEYS_SEED=${seed} JOURNEYS=${count}\n`);
  system = await bootSystem({ env: { ORIG_INTERVAL: '3600000', LOG_LEVEL: 'error' } });
  journal = new Database({ url: system.run.database.url, schema: 'journal', readOnly: true });
  const since = performance.now();
  await feed();
  process.stdout.write(`They were journalled after ${Math.round(performance.now() - since)} ms\n`);
}, 240_000);
afterAll(() => journal.close());

describe(`${count} random journeys`, () => {
  it('are of every kind', () => {
    const trees = planned.map(expectedTree);
    expect(new Set(trees.map(({ state }) => state))).toEqual(new Set(['open', 'stalled', 'dead', 'complete']));
    expect(trees.some(({ root }) => root.foreign && root.hops.some(({ children }) => children.length > 0))).toBe(true);
    expect(trees.some(({ root }) => root.hops.some(({ redrive, state }) => redrive > 0 && state === 'handled'))).toBe(true);
    process.stdout.write(`${trees.reduce((sum, { messages }) => sum + messages, 0)} messages\n`);
  });

  it('are told as they went, from any of their ids', async () => {
    const [rest, wrong] = [planned.values(), [] as unknown[]];
    const lane = async () => {
      for (const root of rest) {
        const [expected, shown] = [expectedTree(root), await seen(idIn(root))];
        if (wrong.length < 3 && !isDeepStrictEqual(shown, expected)) wrong.push({ n: root.n, shown, expected });
      }
    };
    const since = performance.now();
    await Promise.all(Array.from({ length: lanes }, lane));
    process.stdout.write(`They were read in ${Math.round(performance.now() - since)} ms\n`);
    expect(wrong).toEqual([]);
  }, 180_000);
});
