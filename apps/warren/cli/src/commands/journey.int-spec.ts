import { type Journey, type JourneyHop, type JourneyMessage } from '@warren/protocol';
import { FakeGateway, gone } from '../../test/fake-gateway.js';
import { warren } from '../../test/warren.js';

const root = '0191f6a2-0000-7000-8000-000000000001';
const child = '0191f6a2-0000-5000-8000-000000000002';
const at = (seconds: number) => new Date(Date.UTC(2026, 10, 20, 6, 40, 0, seconds * 1_000)).toISOString();
const path = `GET /api/v1/journeys/${root}`;

const attempt = { redrive: 0, attempt: 1, outcome: 'handled' as const, service: 'signal-imed', instance: 'signal-imed-3fa9', startedAt: at(0.005), finishedAt: at(1.008), waited: 5, took: 1_003, error: null, retryAt: null };
const hop = (more: Partial<JourneyHop> = {}): JourneyHop => ({
  queue: 'signal.imed', consumer: 'signal.imed', state: 'handled', attempt: 1, redrive: 0, instance: 'signal-imed-3fa9', attempts: [attempt], inHand: null, retryAt: null,
  error: null, deadLetter: null, children: [child], ...more,
}); // prettier-ignore
const message = (more: Partial<JourneyMessage> = {}): JourneyMessage => ({
  id: root, aliases: [], parent: null, parentQueue: null, flow: 'signal', contract: 'signal.original@1', topic: 'my.o', service: 'signal-orig', foreign: false, differs: false,
  publishedAt: at(0), at: at(0.01), line: 'MSG_7', size: 16, hops: [hop()], ...more,
}); // prettier-ignore
const made = message({ id: child, parent: root, parentQueue: 'signal.imed', contract: 'signal.intermediate@1', service: 'signal-imed', line: 'Got MSG_7', publishedAt: at(1), hops: [] });
const journey = (more: Partial<Journey> = {}): Journey => ({
  id: root, state: 'complete', flow: 'signal', deadline: 3_600_000, startedAt: at(0), endedAt: at(1.008), system: 'RUNNING',
  totals: { messages: 2, open: 0, handled: 1, dead: 0, discarded: 0 }, replayOf: null, replays: [], queues: [], items: [message(), made], next: null, ...more,
}); // prettier-ignore

const waiting = { state: 'waiting' as const, attempts: [], instance: null, children: [] };
const stalled = journey({
  state: 'stalled', deadline: 5_000, endedAt: null, totals: { messages: 1, open: 1, handled: 0, dead: 0, discarded: 0 }, items: [message({ hops: [hop(waiting)] })],
  queues: [{ queue: 'signal.imed', consumer: 'signal.imed', service: 'signal-imed', open: 1, since: at(0), broker: { ready: 1, inHand: 0, consumers: 0 }, reason: 'no-instance', detail: 'No instance of signal-imed runs.' }],
}); // prettier-ignore

let gateway: FakeGateway;
beforeEach(async () => (gateway = await FakeGateway.start()));
afterEach(() => gateway.close());
const ask = (...args: string[]) => warren(['journey', root, ...args], { url: gateway.url });
const shown = async (...items: JourneyMessage[]) => {
  gateway.serves({ [path]: [journey({ items })] });
  return (await ask()).out.split('\n').slice(2, -1);
};

describe('warren journey', () => {
  it('shows its state, and a tree of what happened with its times', async () => {
    gateway.serves({ [path]: [journey()] });

    expect((await ask()).out).toBe([
      `complete after 1 s: journey ${root}, 2 messages, 1 handled`,
      '',
      `signal.original@1 ${root}  2026-11-20T06:40:00.000Z  by signal-orig  "MSG_7"`,
      '  -> signal.imed: handled, waited 5 ms, took 1 s, at signal-imed-3fa9',
      `    signal.intermediate@1 ${child}  2026-11-20T06:40:01.000Z  by signal-imed  "Got MSG_7"`,
      '',
    ].join('\n')); // prettier-ignore
  });

  it('names the queue that it is stalled at, and why', async () => {
    gateway.serves({ [path]: [stalled] });

    expect((await ask()).out.split('\n').slice(0, 2)).toEqual([
      `stalled, open for longer than 5 s: journey ${root}, 1 message, 1 open`,
      '  at signal.imed: 1 since 2026-11-20T06:40:00.000Z, no-instance: No instance of signal-imed runs.',
    ]);
  });

  it.each([
    ['what is in hand', { ...waiting, state: 'in-hand' as const, attempt: 2, inHand: { instance: 'imed-1', attempt: 2, since: at(3) } }, 'in-hand, attempt 2 at imed-1 since 2026-11-20T06:40:03.000Z'],
    ['what waits for its next attempt', { ...waiting, state: 'retrying' as const, attempts: [attempt], retryAt: at(9), error: { name: 'TypeError', message: 'no' } }, 'retrying, attempt 1 failed, next at 2026-11-20T06:40:09.000Z, TypeError: no'],
    ['what is dead, with the dead letter', { state: 'dead' as const, attempts: [attempt, attempt], error: { name: 'TypeError', message: 'no' }, deadLetter: 42 }, 'dead, waited 5 ms, took 1 s, at signal-imed-3fa9, 2 attempts, TypeError: no, dead letter 42'],
    ['what was redriven', { redrive: 2, deadLetter: 42, attempts: [{ ...attempt, redrive: 2, waited: null }] }, 'handled, took 1 s, at signal-imed-3fa9, redriven 2 times'],
  ])('shows %s', async (_, more, line) => {
    expect((await shown(message({ hops: [hop({ ...more, children: [] })] })))[1]).toBe(`  -> signal.imed: ${line}`);
  });

  it('marks what was not published by Warren, and what the journal does not have', async () => {
    const [foreign, unknown] = await shown(message({ foreign: true, contract: null, service: null, differs: true, hops: [] }), message({ id: child, contract: null, topic: null, line: null, publishedAt: null, at: null, service: null, hops: [] }));

    expect(foreign).toMatch(/^signal my\.o .*"MSG_7", foreign, a copy differs$/);
    expect(unknown).toBe(`a message that is not in the journal ${child}`);
  });

  it('prints the whole as JSON, page by page, as far as asked', async () => {
    gateway.serves({ [path]: [journey({ items: [message({ hops: [hop({ children: [] })] })], next: 'c1' }), journey({ items: [made], next: 'c2' })] });

    const { out } = await ask('--json', '--limit', '2');

    expect(JSON.parse(out)).toEqual(journey({ next: 'c2' }));
    expect(gateway.asked.map(({ url }) => url.split('?')[1])).toEqual(['limit=2', 'limit=1&cursor=c1']);
  });

  it('follows it until nothing is open, and prints it when it has changed; a gateway that is away is waited for', async () => {
    gateway.serves({ [path]: [stalled, gone, stalled, journey()] });

    const { code, out } = await ask('--follow');

    expect({ code, states: out.match(/^(stalled|complete)/gm) }).toEqual({ code: 0, states: ['stalled', 'complete'] });
  });

  it('says what the gateway says of an id that nothing is called by', async () => {
    gateway.refuses({ status: 404, detail: 'The journal has no message and no journey x.' });
    expect(await ask()).toEqual({ code: 1, out: '', err: 'The journal has no message and no journey x.\n' });
  });

  it('lets nothing from outside act on the terminal', async () => {
    expect((await shown(message({ line: '\u001b[2J', service: '\u001b]0;x', hops: [] })))[0]).not.toContain('\u001b');
  });
});
