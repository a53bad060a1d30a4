import { type Entry } from '../fragile/entries.js';
import { faultsOf, type Record } from './judge.js';
import { type Case } from './plan.js';

const cases: Case[] = [
  { n: 1, contract: 'listed', plan: { kind: 'well' }, foreign: false },
  { n: 2, contract: 'listed', plan: { kind: 'passing', times: 1 }, foreign: false },
  { n: 3, contract: 'growing', plan: { kind: 'permanent', after: 0 }, foreign: false },
];
const entry = (n: number, what: Entry['what'], attempt: number, at: number): Entry =>
  ({ what, at, id: `m${n}`, queue: n === 3 ? 'fragile.growing' : 'fragile.listed', n, attempt, redrive: 0, pid: 1 }); // prettier-ignore
const letter: Record['deadLetters'][number] =
  { message: 'm3', queue: 'fragile.growing', attempt: 1, redrive: 0, cause: { name: 'PermanentError', message: 'Never again' }, state: 'dead' }; // prettier-ignore

const well: Record = {
  cases,
  accepted: new Map([['m1', 1], ['m2', 2], ['m3', 3]]),
  entries: [
    entry(1, 'begun', 1, 0), entry(1, 'handled', 1, 1),
    entry(2, 'begun', 1, 0), entry(2, 'failed', 1, 1), entry(2, 'begun', 2, 155), entry(2, 'handled', 2, 156),
    entry(3, 'begun', 1, 0), entry(3, 'failed', 1, 1),
  ], // prettier-ignore
  deadLetters: [letter],
};
const without = (n: number, what: Entry['what'], attempt: number) => well.entries.filter((one) => !(one.n === n && one.what === what && one.attempt === attempt));

describe('the judge', () => {
  it('finds no fault in what went as planned', () => expect(faultsOf(well)).toEqual([]));

  it('lets a crash repeat what was not acknowledged', () => {
    const repeated = [entry(1, 'begun', 1, 90), entry(1, 'handled', 1, 91), entry(2, 'begun', 1, 90), entry(2, 'failed', 1, 91), entry(2, 'begun', 2, 242), entry(2, 'handled', 2, 243)];
    expect(faultsOf({ ...well, entries: [...well.entries, ...repeated] })).toEqual([]);
  });

  it.each<[string, Partial<Record>, RegExp]>([
    ['a message that is nowhere', { entries: without(1, 'begun', 1).filter(({ n }) => n !== 1) }, /^m1 .*not handled/],
    ['one that was begun and not ended', { entries: without(1, 'handled', 1) }, /^m1 .*not handled/],
    ['a dead letter that is missing', { deadLetters: [] }, /^m3 .*0 dead letters/],
    ['two of one message', { deadLetters: [letter, letter] }, /^m3 .*2 dead letters/],
    ['one with another cause', { deadLetters: [{ ...letter, cause: { name: 'Error', message: 'Never again' } }] }, /^m3 .*another dead letter/],
    ['one with another number of attempts', { deadLetters: [{ ...letter, attempt: 2 }] }, /^m3 .*another dead letter/],
    ['one of a message that must be handled', { deadLetters: [letter, { ...letter, message: 'm1' }] }, /^m1 .*given up/],
    ['a message handled that must be dead', { entries: [...well.entries, entry(3, 'handled', 1, 2)] }, /^m3 .*handled at attempt 1/],
    ['an attempt too many', { entries: [...well.entries, entry(1, 'begun', 2, 400)] }, /^m1 .*attempts 1,2 and not 1/],
    ['a wait that was too short', { entries: [...without(2, 'begun', 2), entry(2, 'begun', 2, 140)] }, /^m2 .*attempt 2 after 139 ms/],
    ['one that nobody was told to be accepted', { accepted: new Map(), entries: without(1, 'handled', 1) }, /^m1 .*not handled/],
  ])('sees %s', (_, changed, fault) => {
    expect(faultsOf({ ...well, ...changed })).toContainEqual(expect.stringMatching(fault));
  });
});
