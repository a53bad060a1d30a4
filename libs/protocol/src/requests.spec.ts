import { DeadGroup, DeadLetter, deadLetterFields } from './dead-letters.js';
import { DryRun, Operation, Selection } from './operations.js';
import { ObserverRequest } from './requests.js';

const id = '0198c0de-0000-7000-8000-000000000001';
const at = '2026-11-21T03:12:00.000Z';
const asked = { id, by: 'anonymous' };
const refuses = (schema: { safeParse(value: unknown): { success: boolean } }, value: unknown) => !schema.safeParse(value).success;

describe('a selection', () => {
  it.each([{ ids: [1, 2] }, { group: '4f2a' }, { query: 'flow:signal' }, { query: '' }])('is one of ids, group and query: %j', (selection) => {
    expect(Selection.parse(selection)).toEqual(selection);
  });

  it.each([
    ['nothing', {}],
    ['two at once', { ids: [1], group: '4f2a' }],
    ['no id', { ids: [] }],
    ['an id that is none', { ids: ['1'] }],
    ['more ids than one request takes', { ids: Array.from({ length: 1_001 }, (_, index) => index) }],
    ['a query without an end', { query: 'x'.repeat(2_001) }],
    ['something misspelt', { qurey: 'flow:signal' }],
  ])('is not %s', (_, selection) => {
    expect(refuses(Selection, selection)).toBe(true);
  });
});

describe('a request to the observer', () => {
  it.each([
    { kind: 'redrive', selection: { ids: [1] }, rate: 10 },
    { kind: 'discard', selection: { group: '4f2a' } },
    { kind: 'adopt', queue: 'orders.dead', origin: 'orders' },
    { kind: 'steer', operation: id, steer: 'pause' },
    { kind: 'edit', deadLetter: 7, payload: { text: 'MSG_1' } },
    { kind: 'edit', deadLetter: 7, payload: null },
    { kind: 'note', group: '4f2a', text: 'The directory was down.' },
  ])('is read as it was written: $kind', (request) => {
    expect(ObserverRequest.parse(JSON.parse(JSON.stringify({ ...asked, ...request })))).toEqual({ ...asked, ...request });
  });

  it.each([
    ['without a selection', { kind: 'redrive' }],
    ['of a kind that there is not', { kind: 'delete', selection: { ids: [1] } }],
    ['with a rate that would never end', { kind: 'redrive', selection: { ids: [1] }, rate: 0 }],
    ['to steer somewhere unknown', { kind: 'steer', operation: id, steer: 'stop' }],
    ['to note nothing', { kind: 'note', group: '4f2a', text: '' }],
    ['of nobody', { kind: 'note', group: '4f2a', text: 'x', by: undefined }],
  ])('is refused %s', (_, request) => {
    expect(refuses(ObserverRequest, { ...asked, ...request })).toBe(true);
  });
});

describe('a dead letter', () => {
  const letter = {
    id: 1, message: id, journey: id, flow: 'signal', queue: 'signal.imed', consumer: 'signal.imed', contract: null, service: null, foreign: true, redrive: 0,
    attempt: 5, state: 'dead', group: '4f2a', cause: { name: 'Error', message: 'no' }, at, size: 15, line: 'MSG_1', edited: false, operation: null, refusal: null,
  }; // prettier-ignore

  it('may have come without a contract and a publisher', () => {
    expect(DeadLetter.parse(letter)).toEqual(letter);
  });

  it('is in one of the states that there are', () => {
    expect(refuses(DeadLetter, { ...letter, state: 'open' })).toBe(true);
  });

  it('can be searched by all that it shows', () => {
    const shown = Object.keys(letter).map((field) => (field === 'cause' ? ['cause', 'error'] : field)).flat(); // prettier-ignore
    expect(Object.keys(deadLetterFields).toSorted()).toEqual([...shown, 'payload'].toSorted());
  });

  it('belongs to a group with the last 24 hours', () => {
    const group = { id: '4f2a', flow: 'signal', queue: 'signal.imed', consumer: 'signal.imed', cause: letter.cause, dead: 1, total: 2, firstSeen: at, lastSeen: at, notes: [] };
    expect(DeadGroup.parse({ ...group, trend: Array(24).fill(0) }).trend).toHaveLength(24);
    expect(refuses(DeadGroup, { ...group, trend: [1] })).toBe(true);
  });
});

describe('an operation', () => {
  const outcomes = { open: 1, handled: 0, deadAgain: 0, discarded: 0, adopted: 0, replayed: 0, refused: 1 };
  const operation = { id, kind: 'redrive', state: 'running', by: 'anonymous', at, selection: { query: '' }, queue: null, rate: null, total: 3, done: 2, outcomes, finishedAt: null, problem: null };

  it('says how far it is', () => expect(Operation.parse(operation)).toEqual(operation));

  it('is refused without what became of its messages', () => expect(refuses(Operation, { ...operation, outcomes: {} })).toBe(true));

  it('can be tried dry, which cannot be taken for the real one', () => {
    expect(DryRun.parse({ dryRun: true, total: 0, queues: [] })).toEqual({ dryRun: true, total: 0, queues: [] });
    expect(refuses(DryRun, operation)).toBe(true);
  });
});
