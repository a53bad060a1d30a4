import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { DeadGroup, DeadLetter, DeadLetterDetail, Operation, Problem, Published } from '@warren/protocol';
import { managementApi, waitFor, type Management } from '@warren/testing';
import { z } from 'zod';
import { type Plan } from './fragile/contracts.js';
import { EntriesReader } from './fragile/entries.js';
import { DeadLetterApi } from './letters/dead-letter-api.js';
import { fragileAt } from './letters/stage.js';
import { bootSystem } from './system/boot-system.js';
import { type Place } from './system/place.js';
import { root } from './system/program.js';
import { type System } from './system/system.js';

let system: System;
let api: DeadLetterApi;
let entries: EntriesReader;
let fragile: Place;
let management: Management;

beforeAll(async () => {
  system = await bootSystem({ ownServers: true, env: { ORIG_INTERVAL: '3600000', LOG_LEVEL: 'error' } });
  api = new DeadLetterApi(() => system.run.url);
  management = managementApi(system.run.broker.managementUrl);
  const file = join(system.folder, 'fragile.entries');
  entries = new EntriesReader(file);
  fragile = fragileAt(system.run.services.find(({ service }) => service === 'signal-imed')?.env ?? {}, file);
  await fragile.ready();
}, 180_000);
afterAll(() => fragile.stop(), 30_000);

interface Ran {
  code: number;
  out: string;
  err: string;
}

/** The command line, as an operator runs it. */
const warren = (...args: string[]): Promise<Ran> =>
  new Promise((resolve) => {
    const child = execFile(process.execPath, [join(root, 'apps/warren/cli/bin/warren.js'), ...args], { env: { ...process.env, WARREN_URL: system.run.url } }, (error, out, err) =>
      resolve({ code: error ? Number(error.code) : 0, out, err }),
    );
    child.stdin?.end();
  });
/** What it prints as JSON. @throws with what it says when it fails */
async function json(...args: string[]): Promise<unknown> {
  const { code, out, err } = await warren(...args, '--json');
  if (code !== 0) throw new Error(err);
  return JSON.parse(out) as unknown;
}

let numbers = 0;
/** Publishes a message and resolves with its id when it is a dead letter. */
async function dead(plan: Plan): Promise<{ n: number; message: string; id: number }> {
  const n = ++numbers;
  const publish = async () => {
    const { status, body } = await api.ask('/flows/fragile/listed', { method: 'POST', body: { n, plan } });
    return status === 202 && Published.parse(body).id;
  };
  const message = await waitFor(publish, { what: `the publish of message ${n}` });
  const letter = async () => (await api.all(`message:${message}`)).at(0);
  return { n, message, id: (await waitFor(letter, { timeout: 20_000, what: `the dead letter of message ${n}` })).id };
}

const handled = (message: string) => entries.all().filter((entry) => entry.what === 'handled' && entry.id === message);
const whenState = (id: number, state: string) => waitFor(async () => (await api.one(id)).state === state, { what: `dead letter ${id} being ${state}` });
const never: Plan = { kind: 'permanent', after: 1 };

describe('a dead letter', () => {
  it('is listed by the API and by the command line, and shown in full', async () => {
    const { n, message, id } = await dead(never);
    const [listed] = z.array(DeadLetter).parse(await json('dead-letters', '--query', `message:${message}`));
    expect(listed).toMatchObject({ id, message, queue: 'fragile.listed', attempt: 2, state: 'dead', cause: { name: 'PermanentError', message: 'Never again' } });

    const whole = DeadLetterDetail.parse(await json('dead-letters', 'show', String(id)));
    expect(whole.payload).toEqual({ n, plan: never });
    expect(whole.attempts).toMatchObject([
      { attempt: 1, outcome: 'retried', instance: expect.stringMatching(/^fragile-/), error: { name: 'PassingError' } },
      { attempt: 2, outcome: 'dead', service: 'fragile', error: { name: 'PermanentError' } },
    ]);
    const [first, second] = whole.attempts;
    expect(Date.parse(second?.startedAt ?? '') - Date.parse(first?.startedAt ?? '')).toBeGreaterThanOrEqual(150);
    expect(whole.hops).toMatchObject([{ queue: 'fragile.listed', outcome: 'dead', attempt: 2 }]);
    expect(whole.cause.stack).toContain('fragile.consumer');
  });

  it('is in one group with others of its cause, whatever their numbers', async () => {
    await Promise.all([dead({ kind: 'passing', times: 7 }), dead({ kind: 'passing', times: 8 })]);
    const groups = z.array(DeadGroup).parse(await json('dead-letters', 'groups', '--query', 'cause:PassingError'));
    expect(groups).toMatchObject([{ queue: 'fragile.listed', dead: 2, total: 2, cause: { name: 'PassingError' } }]);
    expect(groups[0]?.trend.at(-1)).toBe(2);
  });

  it('is edited, checked against its schema, redriven and handled, its journey the same', async () => {
    const { n, message, id } = await dead(never);
    const wrong = await warren('dead-letters', 'edit', String(id), '--payload', JSON.stringify({ n: 'x' }));
    expect(wrong).toMatchObject({ code: 1, out: '', err: expect.stringContaining('fragile.listed@1') as string });
    expect((await api.ask(`/dead-letters/${id}/payload`, { method: 'PUT', body: { n: 'x' } })).body).toMatchObject({ status: 422, code: 'payload-does-not-fit' });

    const mended = JSON.stringify({ n, plan: { kind: 'well' } });
    await json('dead-letters', 'edit', String(id), '--payload', mended, '--redrive');
    await waitFor(() => handled(message).length > 0, { what: 'the effect of the redrive' });
    expect(handled(message)).toMatchObject([{ n, redrive: 1, attempt: 1 }]);
    await whenState(id, 'handled');
    expect(await api.one(id)).toMatchObject({ edited: true, payload: { n, plan: { kind: 'well' } }, hops: [{ outcome: 'handled', redrive: 1 }] });
  });

  it('that dies again is another one, with its number of redrives', async () => {
    const { message, id } = await dead(never);
    const { id: operation } = await api.started('redrive', { ids: [id] });
    expect((await api.settled(operation)).outcomes).toMatchObject({ deadAgain: 1, handled: 0 });
    const letters = await api.all(`message:${message} and (state:dead or state:dead-again)`);
    expect(letters).toMatchObject([{ redrive: 1, state: 'dead', attempt: 2 }, { id, redrive: 0, state: 'dead-again' }]);
  });

  it('is not redriven twice, nor when it was discarded; each refusal says why', async () => {
    const [one, other] = [await dead({ ...never, mended: 1 }), await dead(never)];
    await api.settled((await api.started('redrive', { ids: [one.id] })).id);
    await api.settled((await api.started('discard', { ids: [other.id] })).id);
    for (const { id } of [one, other]) {
      const { status, body } = await api.start('redrive', { ids: [id] });
      expect({ status, body }).toMatchObject({ status: 409, body: { code: 'not-dead', detail: expect.stringContaining(`Dead letter ${id} `) as string } });
    }
    const { code, err } = await warren('dead-letters', 'redrive', String(one.id));
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(/redriven|handled/) as string });
    expect(handled(one.message)).toHaveLength(1);
  });

  it('of a queue that is gone stays dead and says so', async () => {
    await management('/api/queues/%2F/gone.orders', { method: 'PUT', body: { durable: true, arguments: { 'x-queue-type': 'quorum' } } });
    const cause = JSON.stringify({ name: 'Error', message: 'Given up' });
    const properties = { delivery_mode: 2, headers: { 'warren-queue': 'gone.orders', 'warren-cause': cause } };
    await management('/api/exchanges/%2F/warren.dead/publish', { method: 'POST', body: { routing_key: '', payload: '{}', payload_encoding: 'string', properties } });
    const letter = await waitFor(async () => (await api.all('queue:gone.orders')).at(0), { what: 'the dead letter' });
    await management('/api/queues/%2F/gone.orders', { method: 'DELETE' });
    const { id } = await api.started('redrive', { ids: [letter.id] });
    expect((await api.settled(id)).outcomes).toMatchObject({ open: 0, refused: 1 });
    expect(await api.one(letter.id)).toMatchObject({ state: 'dead', refusal: expect.stringContaining('Queue "gone.orders" is gone') as string });
  });
});

describe('a search', () => {
  it.each([
    ['flow:', /Expected .* at column 6/],
    ['colour:red', /colour/],
    ['flow:a and (cause:b', /column/],
  ])('with a mistake, %s, is refused with its place, by the API and the command line', async (q, detail) => {
    const { status, body } = await api.ask(`/dead-letters?${new URLSearchParams({ q }).toString()}`);
    expect({ status, detail: Problem.parse(body).detail }).toEqual({ status: 422, detail: expect.stringMatching(detail) as string });
    const { code, err } = await warren('dead-letters', '--query', q);
    expect({ code, err }).toEqual({ code: 1, err: expect.stringMatching(detail) as string });
  });
});

describe('a dead queue that Warren did not make', () => {
  const put = (path: string, body: object) => management(path, { method: 'PUT', body });
  const legacy = { durable: true, arguments: { 'x-queue-type': 'quorum', 'x-dead-letter-exchange': '', 'x-dead-letter-routing-key': 'legacy.dead' } };
  const publish = (payload: string) =>
    management('/api/exchanges/%2F/amq.default/publish', { method: 'POST', body: { routing_key: 'legacy.orders', payload, payload_encoding: 'string', properties: { delivery_mode: 2, expiration: '1' } } });
  const waiting = async (queue: string) => {
    const got = await management<{ payload: string }[]>(`/api/queues/%2F/${queue}/get`, { method: 'POST', body: { count: 100, ackmode: 'ack_requeue_true', encoding: 'auto' } });
    return got.map(({ payload }) => payload);
  };

  it('is adopted: its messages are stored, leave it, are found, and go back to where they died', async () => {
    await put('/api/queues/%2F/legacy.orders', legacy);
    await put('/api/queues/%2F/legacy.dead', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    const payloads = Array.from({ length: 5 }, (_, n) => JSON.stringify({ order: n }));
    for (const payload of payloads) await publish(payload);
    await publish(payloads[0] ?? ''); // equal to another, and another all the same
    await waitFor(async () => (await waiting('legacy.dead')).length === 6, { what: 'the messages in the dead queue' });

    const { id } = Operation.parse(await json('dead-letters', 'adopt', 'legacy.dead'));
    expect((await api.settled(id)).outcomes).toMatchObject({ adopted: 6 });
    expect(await waiting('legacy.dead')).toEqual([]);
    expect(await api.all('queue:legacy.orders')).toHaveLength(6);
    expect(await api.all('queue:legacy.orders and payload.order:3')).toMatchObject([{ foreign: true, line: expect.stringContaining('3') as string }]);

    await api.started('redrive', { query: 'queue:legacy.orders' });
    await waitFor(async () => (await waiting('legacy.orders')).length === 6, { what: 'their return' });
    expect((await waiting('legacy.orders')).toSorted()).toEqual([...payloads, payloads[0]].toSorted());
  }, 60_000);

  it('is refused when it is not there, or is a queue of a consumer', async () => {
    expect(await api.ask('/dead-letters/adopt', { method: 'POST', body: { queue: 'nowhere' } })).toMatchObject({ status: 404, body: { code: 'unknown-queue' } });
    expect(await api.ask('/dead-letters/adopt', { method: 'POST', body: { queue: 'fragile.listed' } })).toMatchObject({ status: 409 });
    expect(await api.ask('/dead-letters/adopt', { method: 'POST', body: { queue: 'warren.journal' } })).toMatchObject({ status: 422 });
  });
});

describe('a redrive in the middle of which something goes away', () => {
  const count = 200;

  it.each<[string, () => number | undefined]>([
    ['the broker', () => system.run.broker.processes[0]?.pid],
    ['Postgres', () => system.run.database.processes[0]?.pid],
    ['the observer', () => system.pid('observer')],
  ])('goes on when %s is back: each message is handled', async (_, pid) => {
    const letters = await Promise.all(Array.from({ length: count }, () => dead({ kind: 'permanent', after: 0, mended: 1 })));
    const { id } = await api.started('redrive', { query: 'payload.plan.after:0', rate: 50 });
    await waitFor(async () => (await api.operation(id)).done > 20, { what: 'its first messages' });
    process.kill(pid() ?? 0, 'SIGKILL');
    const settled = await waitFor(() => api.settled(id), { timeout: 60_000, what: 'its end' });
    expect(settled).toMatchObject({ state: 'done', outcomes: { open: 0, handled: count, deadAgain: 0, refused: 0 } });
    expect(letters.filter(({ message }) => handled(message).length < 1)).toEqual([]);
  }, 180_000);
});

describe('the audit', () => {
  it('has what was done, by whom, and what was refused', async () => {
    const { items } = (await api.ask('/audit?limit=200')).body as { items: { action: string; by: string; outcome: string }[] };
    expect(new Set(items.map(({ action }) => action))).toEqual(new Set(['redrive', 'discard', 'edit', 'adopt']));
    expect(new Set(items.map(({ by }) => by))).toEqual(new Set(['anonymous']));
    expect(items.map(({ outcome }) => outcome)).toContainEqual(expect.stringContaining('redriven'));
  });
});
