import { type RawBuilder, searchCondition, sql } from '@warren/database';
import { deadLetterFields } from '@warren/protocol';
import { conditionOf } from '../search/condition.js';

/** What a word without a field is looked for in. */
const freeText = ['error', 'line'];

const waiting = sql<boolean>`state = 'dead'`;
const otherFields = Object.fromEntries(Object.entries(deadLetterFields).filter(([name]) => name !== 'state'));

/** The letters that wait for an operator, unless the search says itself of which state. @throws ProblemError 422 that points at what is wrong */
export function listed(query = ''): RawBuilder<boolean> {
  const condition = conditionOf(query, 'q', deadLetterFields, freeText);
  return namesState(query) ? condition : sql<boolean>`(${waiting} and ${condition})`;
}

/** Those of a search that an operation takes. @throws as listed() */
export const operable = (query: string): RawBuilder<boolean> => sql<boolean>`(${waiting} and ${conditionOf(query, 'query', deadLetterFields, freeText)})`;

/** Whether a search that is right is wrong where there is no such field. */
function namesState(query: string): boolean {
  try {
    searchCondition(query, otherFields, freeText);
    return false;
  } catch {
    return true;
  }
}
