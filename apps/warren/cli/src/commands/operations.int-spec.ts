import { type AuditEntry } from '@warren/protocol';
import { operation } from '../../test/dead-letters.js';
import { FakeGateway } from '../../test/fake-gateway.js';
import { warren } from '../../test/warren.js';

const paused = operation({ state: 'paused', done: 1_500, total: 20_000, outcomes: { open: 12, handled: 1_400, deadAgain: 80, refused: 8 } });

let gateway: FakeGateway;
const ask = (...args: string[]) => warren(args, { url: gateway.url });

beforeEach(async () => (gateway = await FakeGateway.start()));
afterEach(() => gateway.close());

describe('warren operations', () => {
  it('lists them', async () => {
    gateway.serves({ 'GET /api/v1/operations': [{ items: [paused], next: null }] });
    expect((await ask('operations')).out).toMatch(new RegExp(`^${paused.id} +redrive +paused +1500 +20000 +anonymous +2026\\S+ +1,400 handled, 12 open, 80 dead again, 8 refused$`, 'm'));
    expect(JSON.parse((await ask('operations', '--json')).out)).toEqual([paused]);
  });

  it('shows one', async () => {
    gateway.serves({ [`GET /api/v1/operations/${paused.id}`]: [paused] });
    expect((await ask('operations', 'show', paused.id)).out).toBe(`redrive ${paused.id}: paused, 1,500 of 20,000: 1,400 handled, 12 open, 80 dead again, 8 refused\n`);
    expect(JSON.parse((await ask('operations', 'show', paused.id, '--json')).out)).toEqual(paused);
  });

  it.each(['pause', 'resume', 'abort'])('can %s one', async (steer) => {
    gateway.serves({ [`POST /api/v1/operations/${paused.id}/${steer}`]: [paused] });
    expect(await ask('operations', steer, paused.id)).toMatchObject({ code: 0, out: expect.stringContaining(paused.id) });
  });

  it('says why one failed, and why it cannot be steered', async () => {
    gateway.serves({ [`GET /api/v1/operations/${paused.id}`]: [operation({ state: 'failed', problem: 'There is no queue "x".' })] });
    expect((await ask('operations', 'show', paused.id)).out).toBe(`redrive ${paused.id}: failed, 0 of 1,000; There is no queue "x".\n`);
    gateway.refuses({ status: 409, detail: 'The operation is done already.' });
    expect(await ask('operations', 'abort', paused.id)).toEqual({ code: 1, out: '', err: 'The operation is done already.\n' });
  });

  it('asks for no other path than that of an operation', async () => {
    gateway.refuses({ status: 404, detail: 'There is no such operation.' });
    expect((await ask('operations', 'show', '../dead-letters/1')).code).toBe(1);
    expect(gateway.asked.map(({ url }) => url)).toEqual(['/api/v1/operations/..%2Fdead-letters%2F1']);
  });
});

describe('warren audit', () => {
  const entry: AuditEntry = { id: paused.id, at: paused.at, by: 'anna', action: 'redrive', subject: { query: 'flow:signal' }, outcome: 'done' };

  it('tells what operators did', async () => {
    gateway.serves({ 'GET /api/v1/audit': [{ items: [entry], next: 'more' }] });
    const { out, err } = await ask('audit', '--limit', '1');
    expect(out).toMatch(/^2026\S+ +anna +redrive +\{"query":"flow:signal"\} +done$/m);
    expect(err).toBe('There are more: see --limit.\n');
    expect(JSON.parse((await ask('audit', '--json', '--limit', '1')).out)).toEqual([entry]);
  });
});
