import { waitFor } from '@warren/testing';
import { operation } from '../../../test/dead-letters.js';
import { FakeGateway, gone } from '../../../test/fake-gateway.js';
import { type Options, Warren, warren } from '../../../test/warren.js';

const { id } = operation();
const redriveRoute = 'POST /api/v1/dead-letters/redrive';
const lookRoute = `GET /api/v1/operations/${id}`;
const counted = { dryRun: true, total: 1204, queues: [{ queue: 'signal.imed', total: 1200 }, { queue: 'relay.a', total: 4 }] };
const done = operation({ state: 'done', done: 1_000, outcomes: { handled: 997, deadAgain: 3 } });
const summary = `redrive ${id}: done, 1,000 of 1,000: 997 handled, 3 dead again\n`;

let gateway: FakeGateway;
const letters = (args: string[], options: Options = {}) => warren(['dead-letters', ...args], { url: gateway.url, ...options });
const bodies = () => gateway.asked.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body) as unknown);

beforeEach(async () => (gateway = await FakeGateway.start()));
afterEach(async () => {
  expect(process.listenerCount('SIGINT')).toBe(0);
  await gateway.close();
});

describe('warren dead-letters redrive', () => {
  it('follows the redrive to its end, and prints what came of it', async () => {
    gateway.serves({ [redriveRoute]: [operation()], [lookRoute]: [operation({ done: 10 }), operation({ done: 500 }), done] });
    expect(await letters(['redrive', '41', '42', '--rate', '0.5'])).toEqual({
      code: 0,
      out: summary,
      err: `redrive ${id}: running, 0 of 1,000\nredrive ${id}: running, 500 of 1,000\n`,
    });
    expect(bodies()).toEqual([{ ids: [41, 42], rate: 0.5 }]);
  });

  it('prints the operation as JSON, and its progress beside it', async () => {
    gateway.serves({ [redriveRoute]: [operation()], [lookRoute]: [done] });
    expect(JSON.parse((await letters(['redrive', '42', '--json'])).out)).toEqual(done);
  });

  it('does not wait where it is told not to', async () => {
    gateway.serves({ [redriveRoute]: [operation()] });
    expect(await letters(['redrive', '42', '--no-wait'])).toEqual({ code: 0, out: `redrive ${id}: running, 0 of 1,000\n`, err: '' });
    expect(gateway.asked).toHaveLength(1);
  });

  it('waits a moment for those that are not at an end yet', async () => {
    const open = operation({ state: 'done', done: 1_000, outcomes: { open: 3, handled: 997 } });
    gateway.serves({ [redriveRoute]: [operation()], [lookRoute]: [open, done] });
    expect((await letters(['redrive', '42'])).out).toBe(summary);
  });

  it('says where it is held up, and goes on by itself', async () => {
    gateway.serves({ [redriveRoute]: [operation({ state: 'waiting' })], [lookRoute]: [operation({ state: 'paused' }), done] });
    expect((await letters(['redrive', '42'])).err).toBe(`redrive ${id}: waiting, 0 of 1,000\nredrive ${id}: paused, 0 of 1,000\n`);
  });

  it('waits for a gateway that goes away meanwhile', async () => {
    gateway.serves({ [redriveRoute]: [operation()], [lookRoute]: [gone, { status: 503, title: 'Away', type: 'about:blank' }, done] });
    expect(await letters(['redrive', '42'])).toMatchObject({ code: 0, out: summary });
  });

  it.each([
    [operation({ state: 'failed', problem: 'The queue is in use.' }), 'The redrive failed: The queue is in use.'],
    [operation({ state: 'aborted', done: 300 }), 'The redrive was aborted.'],
    [operation({ state: 'done', done: 1_000, outcomes: { handled: 998, refused: 2 } }), `2 could not be done: npx warren dead-letters --query 'operation:${id} refusal:*' says why.`],
  ])('ends with 1 and one line where it did not do all: %#', async (last, line) => {
    gateway.serves({ [redriveRoute]: [operation()], [lookRoute]: [last] });
    const { code, out, err } = await letters(['redrive', '42']);
    expect([code, err.split('\n').at(-2)]).toEqual([1, line]);
    expect(out).toContain(`redrive ${id}: ${last.state}`);
  });

  it('ends with 1 and one line where it is refused', async () => {
    gateway.refuses({ status: 409, detail: 'Dead letter 42 was redriven already.' });
    expect(await letters(['redrive', '42'])).toEqual({ code: 1, out: '', err: 'Dead letter 42 was redriven already.\n' });
  });

  it('only counts with --dry-run', async () => {
    gateway.serves({ [redriveRoute]: [counted] });
    expect((await letters(['redrive', '--query', 'flow:signal', '--dry-run'])).out).toBe('redrive would take 1,204 dead letters (1,200 of signal.imed, 4 of relay.a).\n');
    expect(JSON.parse((await letters(['redrive', '--group', 'abc', '--dry-run', '--json'])).out)).toEqual(counted);
    expect(bodies()).toEqual([{ query: 'flow:signal', dryRun: true }, { group: 'abc', dryRun: true }]);
  });

  it.each([[[]], [['42', '--group', 'abc']], [['--group', 'abc', '--query', 'x']]])('wants one selection: %j', async (args: string[]) => {
    const { code, err } = await letters(['redrive', ...args]);
    expect([code, err.split('\n')[0]]).toEqual([2, 'Say which dead letters: by ids, by --group or by --query, one of these.']);
    expect(gateway.asked).toEqual([]);
  });
});

describe('a redrive of a group or a query', () => {
  beforeEach(() => gateway.serves({ [redriveRoute]: [counted, operation()], [lookRoute]: [done] }));

  it('asks first, and says of how many', async () => {
    const { code, out, err } = await letters(['redrive', '--group', 'abc'], { terminal: true, in: 'y\n' });
    expect([code, out]).toEqual([0, summary]);
    expect(err).toContain('redrive 1,204 dead letters (1,200 of signal.imed, 4 of relay.a)? [y/N] ');
    expect(bodies()).toEqual([{ group: 'abc', dryRun: true }, { group: 'abc' }]);
  });

  it.each(['n\n', '\n', 'yeah\n', ''])('does nothing on the answer %j', async (answer) => {
    const { code, out, err } = await letters(['redrive', '--query', ''], { terminal: true, in: answer });
    expect([code, out, err.trimEnd().endsWith('Nothing was done.')]).toEqual([1, '', true]);
    expect(bodies()).toEqual([{ query: '', dryRun: true }]);
  });

  it('does nothing where nobody can be asked', async () => {
    expect(await letters(['redrive', '--query', 'x'])).toEqual({
      code: 1,
      out: '',
      err: 'redrive 1,204 dead letters (1,200 of signal.imed, 4 of relay.a)? Say --yes: nobody can be asked here.\n',
    });
    expect(bodies()).toEqual([{ query: 'x', dryRun: true }]);
  });

  it('does not ask with --yes', async () => {
    gateway.serves({ [redriveRoute]: [operation()], [lookRoute]: [done] });
    expect(await letters(['redrive', '--query', 'x', '--yes'])).toMatchObject({ code: 0, out: summary });
    expect(bodies()).toEqual([{ query: 'x' }]);
  });
});

describe('warren dead-letters discard', () => {
  it('is the same, by another name', async () => {
    const discarded = operation({ kind: 'discard', state: 'done', total: 1, done: 1, outcomes: { discarded: 1 } });
    gateway.serves({ 'POST /api/v1/dead-letters/discard': [discarded], [lookRoute]: [discarded] });
    expect((await letters(['discard', '42'])).out).toBe(`discard ${id}: done, 1 of 1: 1 discarded\n`);
  });
});

describe('on a terminal', () => {
  it('a bar is drawn, and gone at the end', async () => {
    gateway.serves({ [redriveRoute]: [operation()], [lookRoute]: [operation({ done: 250, outcomes: { handled: 240, open: 10 } }), operation({ state: 'paused', done: 500 }), done] });
    const { out, err } = await letters(['redrive', '42'], { terminal: true });
    expect(out).toBe(summary);
    expect(err).toContain('redrive ████████░░░░░░░░░░░░░░░░░░░░░░ 250 of 1000, running 240 handled, 10 open');
    expect(err).toContain('500 of 1000, paused');
    expect(err.slice(err.lastIndexOf('█'))).toMatch(/\[2K$/);
    expect(err).toContain('\u001b[?25h');
    expect(err).not.toContain('\n');
  });

  it('Ctrl-C leaves it running, and says so', async () => {
    gateway.serves({ [redriveRoute]: [operation()], [lookRoute]: [operation({ done: 10 })] });
    const command = new Warren(['dead-letters', 'redrive', '42'], { url: gateway.url, terminal: true });
    await waitFor(() => gateway.asked.length > 1);
    process.emit('SIGINT');
    const { code, out, err } = await command.ended;
    expect([code, out]).toEqual([1, '']);
    expect(err).toContain(`The redrive goes on: see npx warren operations show ${id}, or end it with abort instead of show.\n`);
    expect(bodies()).toHaveLength(1);
  });
});
