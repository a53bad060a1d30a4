import { sql } from 'kysely';
import { type SearchFields } from './fields.js';
import { parse } from './parse.js';
import { fulfilling, withinOfAll } from './within.js';

const [ofState, ofHop] = [() => sql<boolean>`true`, () => sql<boolean>`true`];
const fields: SearchFields = {
  flow: 'text', queue: { kind: 'text', within: ofHop }, outcome: { kind: 'text', within: ofHop },
  state: { kind: 'text', within: ofState, values: ['open', 'dead', 'complete'] },
}; // prettier-ignore

describe('what an expression speaks of', () => {
  it.each([
    ['queue:a', ofHop], ['queue:a outcome:dead', ofHop], ['queue:a or (outcome:dead queue:b)', ofHop], ['not state:open', ofState], ['not (state:open or not state:dead)', ofState],
    ['not queue:a', undefined], ['queue:a or flow:b', undefined], ['queue:a state:open', undefined], ['flow:a', undefined], ['text', undefined], ['queue:a or text', undefined], ['', undefined], ['nothing:a', undefined],
  ])('%j', (query, within) => expect(withinOfAll(parse(query), fields)?.within).toBe(within)); // prettier-ignore
});

describe('the values for which it is true', () => {
  it.each([
    ['state:open', ['open']],
    ['not state:open', ['dead', 'complete']],
    ['state:open or state:dead', ['open', 'dead']],
    ['state:open state:dead', []],
    ['not (state:open or state:dead)', ['complete']],
    ['not not state:open', ['open']],
    ['state:nothing', []],
    ['state:op*', undefined],
    ['not (state:open or state:op*)', undefined],
    ['queue:a', undefined],
  ])('of %j are %j', (query, values) => expect(fulfilling([parse(query)], fields)).toEqual(values));

  it('are true of all that is said', () => expect(fulfilling([parse('not state:open'), parse('not state:dead')], fields)).toEqual(['complete']));
});
