import { type RawBuilder, searchCondition, SearchError, type SearchFields } from '@warren/database';
import { ProblemError } from '@warren/service';

/** A search as a condition. @param path where the caller has put it @throws ProblemError 422 that points at what is wrong */
export function conditionOf(query: string, path: string, fields: SearchFields, freeText: readonly string[]): RawBuilder<boolean> {
  try {
    return searchCondition(query, fields, freeText);
  } catch (error) {
    if (!(error instanceof SearchError)) throw error;
    const { message, offset, line, column } = error;
    throw new ProblemError(422, { code: 'query-syntax', detail: message, issues: [{ path, message }], offset, line, column });
  }
}
