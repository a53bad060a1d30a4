import { deadLetter, detail, group, operation, textDetail } from '../../../test/dead-letters.js';
import { FakeGateway } from '../../../test/fake-gateway.js';
import { warren } from '../../../test/warren.js';

let gateway: FakeGateway;
const letters = (...args: string[]) => warren(['dead-letters', ...args], { url: gateway.url });
const queries = () => gateway.asked.map(({ url }) => Object.fromEntries(new URL(url, gateway.url).searchParams));

beforeEach(async () => (gateway = await FakeGateway.start()));
afterEach(() => gateway.close());

describe('warren dead-letters', () => {
  it('prints a row for each', async () => {
    gateway.serves({ 'GET /api/v1/dead-letters': [{ items: [deadLetter(42), deadLetter(7, { line: 'x'.repeat(100) })], next: null }] });
    const { out, err, code } = await letters();
    const [head, first, second] = out.split('\n');
    expect(head).toMatch(/^ID +AT +QUEUE +STATE +ATTEMPTS +CAUSE +LINE$/);
    expect(first).toMatch(/^42 +2026-11-20T06:00:00.102Z +signal.imed +dead +5 +TypeError: it is none +MSG_42$/);
    expect(second).toMatch(/ x{59}…$/);
    expect([err, code]).toEqual(['', 0]);
    expect(queries()).toEqual([{ limit: '20' }]);
  });

  it('searches', async () => {
    gateway.serves({ 'GET /api/v1/dead-letters': [{ items: [], next: null }] });
    expect(await letters('--query', 'flow:signal & "x"', '--limit', '5')).toEqual({ code: 0, out: '', err: 'There are none.\n' });
    expect(await letters('list', '--query', 'a')).toMatchObject({ code: 0 });
    expect(queries()).toEqual([{ q: 'flow:signal & "x"', limit: '5' }, { q: 'a', limit: '20' }]);
  });

  it('takes pages until it has enough, and says when there are more', async () => {
    const page = (from: number, count: number, next: string | null) => ({ items: Array.from({ length: count }, (_, n) => deadLetter(from - n)), next });
    gateway.serves({ 'GET /api/v1/dead-letters': [page(500, 200, 'a'), page(300, 50, 'b')] });
    const { out, err } = await letters('--limit', '250', '--json');
    expect((JSON.parse(out) as { id: number }[]).map(({ id }) => id)).toEqual(Array.from({ length: 250 }, (_, n) => 500 - n));
    expect(err).toBe('There are more: see --limit.\n');
    expect(queries()).toEqual([{ limit: '200' }, { limit: '50', cursor: 'a' }]);
  });

  it('takes all pages where there are fewer', async () => {
    gateway.serves({ 'GET /api/v1/dead-letters': [{ items: [deadLetter(2)], next: 'a' }, { items: [deadLetter(1)], next: null }] });
    const { out, err } = await letters('--json');
    expect([JSON.parse(out), err]).toEqual([[deadLetter(2), deadLetter(1)], '']);
  });

  it('says what is wrong with a search, once', async () => {
    const wrong = 'Expected a value after "flow:" at column 6.';
    gateway.refuses({ status: 422, detail: wrong, issues: [{ path: 'q', message: wrong }] });
    expect(await letters('--query', 'flow:')).toEqual({ code: 1, out: '', err: `${wrong}\n` });
  });

  it('lets nothing that came from outside steer the terminal', async () => {
    const evil = '\u001b[2Jx\u009b31m\r\ny';
    gateway.serves({
      'GET /api/v1/dead-letters': [{ items: [deadLetter(1, { line: evil, queue: evil, cause: { name: evil, message: evil } })], next: null }],
      'GET /api/v1/dead-letters/1': [detail(1, { queue: evil, payload: { text: evil }, headers: { [evil]: evil }, cause: { name: 'x', message: 'x', stack: evil } })],
    });
    const [list, show] = [(await letters()).out, (await letters('show', '1')).out];
    expect(list).toContain('\ufffd[2Jx\ufffd31m\ufffd y');
    expect(show).toContain('\ufffd[2Jx\ufffd31m');
    expect(list + show).not.toMatch(/(?!\n)\p{Cc}/u);
  });
});

describe('warren dead-letters show', () => {
  it('shows one in full', async () => {
    gateway.serves({ 'GET /api/v1/dead-letters/42': [detail(42, { cause: { name: 'TypeError', message: 'it is none', stack: 'acknowledge (imed.consumer.ts)\nconsumer.ts' }, edited: true })] });
    const { out } = await letters('show', '42');
    for (const line of [/^dead letter +42$/m, /^size +16 bytes, edited$/m, /^CAUSE\nTypeError: it is none\n {4}at acknowledge \(imed.consumer.ts\)\n {4}at consumer.ts$/m, /^PAYLOAD\n\{\n {2}"text": "MSG_42"\n\}$/m, /^HEADERS\n/m]) expect(out).toMatch(line);
    expect(out).toMatch(/^0 +5 +dead +2026-11-20T06:00:00.102Z +2026-11-20T06:00:00.102Z +signal-imed-3fa9 +TypeError: it is none$/m);
    expect(out).toMatch(/^signal.imed +dead +5 +0 +0$/m);
    expect(out).not.toMatch(/null|undefined/);
  });

  it('shows a body that is no JSON as it is, and why nothing could be done for it', async () => {
    gateway.serves({ 'GET /api/v1/dead-letters/42': [textDetail(42, 'Hello\nyou', { refusal: 'Queue "signal.imed" is gone.' })] });
    const { out } = await letters('show', '42');
    expect(out).toContain('PAYLOAD\nHello\nyou\n');
    expect(out).toMatch(/^state +dead: Queue "signal.imed" is gone\.$/m);
  });

  it('prints all of it as JSON', async () => {
    gateway.serves({ 'GET /api/v1/dead-letters/42': [detail(42)] });
    expect(JSON.parse((await letters('show', '42', '--json')).out)).toEqual(detail(42));
  });

  it.each(['abc', '-1', '1.5', '9'.repeat(20)])('takes %s for wrong usage', async (id) => {
    expect((await letters('show', '--', id)).code).toBe(2);
    expect(gateway.asked).toEqual([]);
  });
});

describe('warren dead-letters groups', () => {
  it('shows counts and the trend of the last day', async () => {
    gateway.serves({ 'GET /api/v1/dead-letters/groups': [{ items: [group('abc', { notes: [{ at: group('').firstSeen, by: 'a', text: 'orig leaves it out' }] })], next: null }] });
    const { out } = await letters('groups', '--query', 'flow:signal', '--all');
    expect(out).toMatch(/^abc +3 +12 +·{22}▁█ +2026\S+ +2026\S+ +signal.imed +TypeError: it is none +orig leaves it out$/m);
    expect(queries()).toEqual([{ q: 'flow:signal', all: 'true', limit: '20' }]);
  });

  it('draws a day on which nothing came, and one on which as many came each hour', async () => {
    gateway.serves({ 'GET /api/v1/dead-letters/groups': [{ items: [group('a', { trend: Array<number>(24).fill(0) }), group('b', { trend: Array<number>(24).fill(5) })], next: null }] });
    const { out } = await letters('groups');
    expect(out).toContain('·'.repeat(24));
    expect(out).toContain('█'.repeat(24));
  });
});

describe('warren dead-letters note', () => {
  it('leaves a note', async () => {
    gateway.serves({ 'POST /api/v1/dead-letters/groups/a%2Fb/notes': [group('a/b', { notes: [{ at: group('').firstSeen, by: 'a', text: 'look' }] })] });
    expect(await letters('note', 'a/b', 'look')).toEqual({ code: 0, out: 'Noted: the group has 1 now.\n', err: '' });
    expect(gateway.asked[0]?.body).toBe('{"text":"look"}');
  });
});

describe('warren dead-letters health', () => {
  const figures = {
    dead: 1204, oldest: { id: 7, at: '2026-11-20T06:00:00.102Z', age: 61.5 }, lastHour: [{ flow: 'signal', consumer: 'signal.imed', dead: 1 }],
    waiting: [{ band: 3, from: 800, to: 1600, messages: 7 }, { band: 4, from: 1600, to: 3200, messages: 0 }],
  }; // prettier-ignore

  it('says what to look after', async () => {
    gateway.serves({ 'GET /api/v1/dead-letters/health': [figures] });
    expect((await letters('health')).out.split('\n')).toEqual([
      '1,204 dead letters to look after, the oldest (7) since 2026-11-20T06:00:00.102Z',
      'in the last hour: signal.imed gave up 1 message',
      'waiting for the next attempt: 7 messages for 0.8 to 1.6 s',
      '',
    ]);
    expect(JSON.parse((await letters('health', '--json')).out)).toEqual(figures);
  });

  it('says what it cannot know', async () => {
    gateway.serves({ 'GET /api/v1/dead-letters/health': [{ dead: 0, oldest: null, lastHour: [], waiting: null }] });
    expect((await letters('health')).out).toBe('0 dead letters to look after\nwaiting for the next attempt: unknown while the broker cannot be asked\n');
  });
});

describe('warren dead-letters adopt', () => {
  it('follows until the queue is empty', async () => {
    const adopted = operation({ kind: 'adopt', state: 'done', queue: 'legacy.dead', total: 3, done: 3, outcomes: { adopted: 3 } });
    gateway.serves({ 'POST /api/v1/dead-letters/adopt': [{ ...adopted, state: 'running' }], [`GET /api/v1/operations/${adopted.id}`]: [adopted] });
    expect(await letters('adopt', 'legacy.dead', '--origin', 'legacy.orders', '--rate', '50')).toMatchObject({ code: 0, out: `adopt ${adopted.id}: done, 3 of 3: 3 adopted\n` });
    expect(JSON.parse(gateway.asked[0]?.body ?? '')).toEqual({ queue: 'legacy.dead', origin: 'legacy.orders', rate: 50 });
  });
});

describe('what is no subcommand', () => {
  it.each([['redrivee', '1'], ['list', '--limit', 'many'], ['redrive', '1', '--rate', '0'], ['redrive', '1', '--rate', 'x'], ['redrive', 'one'], ['edit'], ['note', 'x']])('is wrong usage: %s %s', async (...args) => {
    expect(await letters(...args.filter(Boolean))).toMatchObject({ code: 2, out: '' });
    expect(gateway.asked).toEqual([]);
  });
});
