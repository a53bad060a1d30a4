import { type RawBuilder, searchCondition, SearchError, sql } from '@warren/database';
import { deadLetterFields } from '@warren/protocol';
import { ProblemError } from '@warren/service';

/** What a word without a field is looked for in. */
const freeText = ['error', 'line'];

const waiting = sql<boolean>`state = 'dead'`;
const otherFields = Object.fromEntries(Object.entries(deadLetterFields).filter(([name]) => name !== 'state'));

/** The letters that wait for an operator, unless the search says itself of which state. @throws ProblemError 422 that points at what is wrong */
export function listed(query = ''): RawBuilder<boolean> {
  const condition = conditionOf(query, 'q');
  return namesState(query) ? condition : sql<boolean>`(${waiting} and ${condition})`;
}

/** Those of a search that an operation takes. @throws as listed() */
export const operable = (query: string): RawBuilder<boolean> => sql<boolean>`(${waiting} and ${conditionOf(query, 'query')})`;

function conditionOf(query: string, path: string): RawBuilder<boolean> {
  try {
    return searchCondition(query, deadLetterFields, freeText);
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    const { message, offset, line, column } = error;
    throw new ProblemError(422, { code: 'query-syntax', detail: message, issues: [{ path, message }], offset, line, column });
  }
}

/** Whether a search that is right is wrong where there is no such field. */
function namesState(query: string): boolean {
  try {
    searchCondition(query, otherFields, freeText);
    return false;
  } catch {
    return true;
  }
}
