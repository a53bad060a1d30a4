import { waitFor } from '@warren/testing';
import { DeadLetterApi } from './letters/dead-letter-api.js';
import { openMessages } from './letters/open-messages.js';
import { publishDoomed } from './relay/doomed.js';
import { endedLines } from './relay/ended.js';
import { finishedLines } from './relay/finished.js';
import { relayJourneys } from './relay/journal.js';
import { courseOf, toldJourneys } from './relay/journeys.js';
import { foundAndReplayed } from './relay/replayed.js';
import { bootSystem } from './system/boot-system.js';
import { Dice } from './system/dice.js';
import { halt } from './system/halted.js';
import { Killing } from './system/killing.js';
import { Program } from './system/program.js';
import { type System } from './system/system.js';

const count = Number(process.env['RELAY_MESSAGES'] ?? 1_000);
const seed = Number(process.env['RELAY_SEED'] ?? Date.now() % 1_000_000);
const stages = ['a', 'b', 'c'];
const services = stages.map((stage) => `relay-${stage}`);
const wait = { least: 50, most: 250 };
const settled = 240_000;
/** Of what first is told, it has so many in hand at the most. */
const endsAtOnce = 10;
/** Milliseconds after which a journey is stalled. */
const deadline = 3_000;
const course = ['a > relay.a handled, 1 made', 'b > relay.b handled, 1 made', 'c > relay.c handled, 1 made', 'finished > relay.last handled, 0 made'].map((step) => `relay.${step}`);

let system: System;
const texts = (from: number, many: number) => Array.from({ length: many }, (_, index) => `seq-${from + index}`).sort();
const logged = (many: number) => waitFor(() => finishedLines(system).length >= many, { timeout: settled, interval: 250, what: `${many} lines of last` });
/** All of it is journalled, and none is under way. */
const journalled = () => waitFor(async () => (await openMessages(system)).length === 0, { timeout: 30_000, interval: 250, what: 'the end of all journeys' });

beforeAll(async () => {
  system = await bootSystem({
    args: ['--flows', 'relay'],
    env: {
      RELAY_COUNT: String(count), RELAY_INTERVAL: '5', RELAY_WAIT_LEAST: String(wait.least), RELAY_WAIT_MOST: String(wait.most), RELAY_DEADLINE: String(deadline),
      NOTIFIER_PORT: '0', MONITOR_PORT: '0', LOG_LEVEL: 'warn,relay-first=info,relay-last=info',
    },
  }); // prettier-ignore
}, 180_000);

describe(`${count} messages through three stages that are killed, and first once (RELAY_SEED=${seed})`, () => {
  const throughKills = async () => {
    await logged(Math.ceil(count / 10));
    system.signal('relay-first', 'SIGKILL');
    await logged(count);
  };

  it('are each logged once by last, with the history a, b, c', async () => {
    const killing = new Killing(system, services, new Dice(seed), { least: 2_000, most: 4_000 });
    await throughKills().finally(() => killing.stop());
    await journalled();

    const lines = finishedLines(system);
    expect([...killing.killed.values()].reduce((sum, times) => sum + times, 0)).toBeGreaterThan(count / 500);
    expect(lines.map(({ text }) => text).sort()).toEqual(texts(1, count));
    expect(new Set(lines.map(({ broker_message_id: id }) => id)).size).toBe(count);
    expect(new Set(lines.map(({ history }) => history.join()))).toEqual(new Set([stages.join()]));
  }, settled + 60_000);

  it('have times that follow each other, and took no longer than they say', () => {
    for (const line of finishedLines(system)) {
      const times = [line.created_at, line.a_at, line.b_at, line.c_at, line.completed_at].map((at) => Date.parse(at));
      expect(times.toSorted((a, b) => a - b)).toEqual(times);
      expect(line.updated_at).toBe(line.c_at);
      const waited = (times.at(-1) ?? 0) - (times[0] ?? 0) - line.transfer_duration;
      expect(waited).toBeGreaterThanOrEqual(3 * wait.least);
      expect(waited).toBeLessThanOrEqual(3 * wait.most);
    }
  });

  it('overtake each other', () => {
    const order = finishedLines(system).map(({ text }) => Number(text.slice('seq-'.length)));

    expect(order.filter((n, index) => n < (order[index - 1] ?? 0)).length).toBeGreaterThan(count / 10);
  });

  it('are a complete journey each, with all of its hops, of which no copy differs, and none is dead', async () => {
    const journeys = await relayJourneys(system);

    expect(journeys).toHaveLength(count);
    expect(journeys.filter(({ differs }) => differs)).toEqual([]);
    const told = await toldJourneys(system, journeys.map(({ journey }) => journey));
    expect([...new Set(told.map((journey) => [journey.state, ...courseOf(journey)].join('; ')))]).toEqual([['complete', ...course].join('; ')]);
    expect(await new DeadLetterApi(() => system.run.url).all('flow:relay')).toEqual([]);
  }, 120_000);

  it('are told to first when they are complete, each of them, and again at the most what it had in hand when it was killed', async () => {
    const ids = (await relayJourneys(system)).map(({ journey }) => journey).sort();
    const told = () => [...new Set(endedLines(system).map(({ journey, state }) => `${journey} ${state}`))].sort();
    await waitFor(() => told().length >= count, { timeout: 30_000, interval: 250, what: `${count} ends told to first` });

    expect(told()).toEqual(ids.map((id) => `${id} complete`));
    expect(endedLines(system).length - count).toBeLessThanOrEqual(endsAtOnce);
  }, 60_000);
});

describe('a message of first that a stage gives up', () => {
  it('is told to first as dead, with its cause, and as complete when it is mended', async () => {
    const api = new DeadLetterApi(() => system.run.url);
    const id = await publishDoomed(system);
    const ends = () => endedLines(system).filter(({ journey }) => journey === id);
    await waitFor(() => ends().length > 0, { timeout: 30_000, what: 'the end of a dead journey' });
    expect(ends()).toMatchObject([{ state: 'dead', queue: 'relay.a', cause: expect.stringMatching(/^PayloadError: /) as string }]);

    const [{ id: letter } = { id: 0 }] = await api.all(`journey:${id}`);
    expect((await api.ask(`/dead-letters/${letter}/payload`, { method: 'PUT', body: { text: 'seq-0' } })).status).toBe(200);
    await api.started('redrive', { ids: [letter] });

    await waitFor(() => ends().length > 1, { timeout: 30_000, what: 'the end of a mended journey' });
    expect(ends().map(({ state }) => state)).toEqual(['dead', 'complete']);
  }, 90_000);
});

const more = 601;

describe('more than a portion of messages', () => {
  it('is started on demand, as one journey, and all of them arrive', async () => {
    const published = await system.request('/api/v1/flows/relay/start', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ count: more, from: 10_001 }) });
    expect(published.status).toBe(202);
    const { id } = JSON.parse(published.text) as { id: string };

    await logged(count + 1 + more);
    await journalled();

    expect(finishedLines(system).slice(count + 1).map(({ text }) => text).sort()).toEqual(texts(10_001, more)); // prettier-ignore
    const topics = (await relayJourneys(system)).find(({ journey }) => journey === id)?.topics ?? [];
    expect(Object.entries(Object.groupBy(topics, (topic) => topic)).map(([topic, all = []]) => [topic, all.length])).toEqual([
      ['relay.start', 3], ['relay.a', more], ['relay.b', more], ['relay.c', more], ['relay.finished', more],
    ]); // prettier-ignore
  }, settled + 40_000);
});

describe('a stage that is stopped', () => {
  const many = 12;
  const publish = async (n: number) => {
    const { text } = await system.request('/api/v1/flows/relay/a', { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ text: `seq-${n}` }) });
    return (JSON.parse(text) as { id: string }).id;
  };
  let ids: string[];
  let goOn: () => void;

  beforeAll(async () => {
    goOn = await halt(system, 'relay-b');
    ids = await Promise.all(Array.from({ length: many }, (_, n) => publish(20_001 + n)));
  });

  it('is where journeys are stalled: its queue is named, with what waits there and nobody to take it', async () => {
    const detail = `No instance of relay-b runs: ${many} messages wait in the queue, which has no consumer.`;
    const queue = { queue: 'relay.b', service: 'relay-b', open: 1, broker: { ready: many, inHand: 0, consumers: 0 }, reason: 'no-instance', detail };
    const stalled = async () => (await toldJourneys(system, ids)).every(({ state, queues }) => state === 'stalled' && queues[0]?.detail === detail);
    await waitFor(stalled, { timeout: 30_000, interval: 250, what: `${many} stalled journeys` });

    for (const journey of await toldJourneys(system, ids)) expect(journey).toMatchObject({ state: 'stalled', deadline, queues: [queue] });
    const shown = Program.start('apps/warren/cli/dist/main.js', ['journey', ids[0] ?? ''], { env: { ...process.env, WARREN_URL: system.run.url } });
    await shown.exit;
    expect(shown.output).toMatch(/^stalled, open for longer than 3 s: journey .*\n {2}at relay\.b: 1 since \S+, no-instance: No instance of relay-b runs: 12 messages wait/);
  }, 60_000);

  it('has them completed when it comes back', async () => {
    goOn();
    await logged(count + 1 + more + many);
    await journalled();

    const told = await toldJourneys(system, ids);
    expect(told.map((journey) => [journey.state, ...courseOf(journey)])).toEqual(ids.map(() => ['complete', ...course]));
  }, settled);
});

describe('the words of a search', () => {
  it.each(['state:complete service:relay-first "seq-99"', 'queue:relay.b outcome:handled "seq-2000"', 'not state:complete or latency>0 line:*seq-2001*'])('select for a replay what they find: %s', async (query) => {
    await journalled(); // else a journey may be in another state a moment later
    const { found, replayed } = await foundAndReplayed(new DeadLetterApi(() => system.run.url), query);

    expect(found.length).toBeGreaterThan(0);
    expect(replayed).toEqual(found);
  }, 60_000);
});
