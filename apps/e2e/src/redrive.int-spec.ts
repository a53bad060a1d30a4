import { newId, Operation } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { type Asked } from './letters/dead-letter-api.js';
import { Stage } from './letters/stage.js';

const letters = Number(process.env['REDRIVE_LETTERS'] ?? 1_000);
let stage: Stage;

beforeAll(async () => {
  stage = await Stage.set();
}, 180_000);
afterAll(() => stage.clear(), 30_000);

/** Messages that are dead now, and that a redrive mends. */
async function deadLetters(): Promise<string[]> {
  const ids = await stage.publish(letters, { kind: 'permanent', after: 0, mended: 1 });
  const waiting = async () => (await stage.api.dryRun('redrive', { query: 'flow:fragile' })).total === letters;
  await waitFor(waiting, { timeout: 20_000, interval: 100, what: `${letters} dead letters` });
  return ids;
}

/** As an operator's client does that must not lose a request: again with the same key until there is an answer. */
async function insist(key: string): Promise<Asked> {
  const answered = async () => {
    const answer = await stage.api.start('redrive', { query: 'flow:fragile' }, key);
    return answer.status < 500 && answer;
  };
  return waitFor(answered, { timeout: 30_000, interval: 100, what: 'an answer to the redrive' });
}

/** How often each of the messages was handled, as its consumer has written it down. */
function handledOf(ids: readonly string[]): number[] {
  const entries = Map.groupBy(stage.entries.all().filter(({ what }) => what === 'handled'), ({ id }) => id);
  return ids.map((id) => (entries.get(id) ?? []).filter(({ redrive }) => redrive === 1).length);
}

/** The same redrive, asked for twice at once, while somebody dies of it. What it puts back is handled when it is through: meanwhile its consumer sleeps. */
async function redriveTwice(doomed: 'gateway' | 'observer', failpoint: string) {
  const ids = await deadLetters();
  stage.places.fragile.signal('SIGSTOP');
  const place = stage.places[doomed];
  place.restart({ FAILPOINT: failpoint });
  await place.ready();
  const before = place.ends;
  const key = newId();
  const answers = await Promise.all([insist(key), insist(key)]);
  const [first, second] = answers.map(({ status, body }) => ({ status, id: Operation.parse(body).id }));
  expect(first).toEqual({ status: 202, id: expect.any(String) as string });
  expect(second).toEqual(first);
  await waitFor(async () => (await stage.api.operation(first?.id ?? '')).finishedAt !== null, { timeout: 60_000, what: 'the end of the redrive' });
  expect(place.ends - before).toBe(1);
  stage.places.fragile.signal('SIGCONT');
  const operation = await stage.api.settled(first?.id ?? '', 60_000);
  expect(operation).toMatchObject({ state: 'done', total: letters, done: letters });
  expect(operation.outcomes).toEqual({ open: 0, handled: letters, deadAgain: 0, discarded: 0, adopted: 0, replayed: 0, refused: 0 });
  return ids;
}

/** Each message has its child in the journal, and none has two. */
async function expectOneEffect(ids: readonly string[]): Promise<void> {
  const effects = await waitFor(async () => { const all = await stage.effects(); return all.size === stage.published && all; }, { what: 'the effects in the journal' }); // prettier-ignore
  expect([...effects].filter(([, times]) => times !== 1)).toEqual([]);
  expect(handledOf(ids).filter((times) => times < 1)).toEqual([]);
}

describe(`a redrive of ${letters}, asked for twice at once, when it kills`, () => {
  it.each<['gateway' | 'observer', string]>([
    ['gateway', 'redrive.checked'],
    ['gateway', 'redrive.requested'],
    ['gateway', 'redrive.answered'],
    ['observer', 'request.stored'],
    ['observer', 'redrive.claimed'],
    ['observer', 'redrive.marked'],
    ['observer', 'redrive.claimed:2'],
  ])('the %s at %s, each message has one effect', async (doomed, failpoint) => {
    await expectOneEffect(await redriveTwice(doomed, failpoint));
  }, 120_000);

  it.each<['observer', string]>([
    ['observer', 'redrive.published'],
    ['observer', 'redrive.published:2'],
  ])('the %s at %s, publishes some of them again, and each has one effect', async (doomed, failpoint) => {
    const ids = await redriveTwice(doomed, failpoint);
    await expectOneEffect(ids);
    expect(new Set(handledOf(ids))).toEqual(new Set([1, 2]));
  }, 120_000);
});
