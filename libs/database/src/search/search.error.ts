/** A place in a query. `offset` counts UTF-16 units from 0; line and column count from 1. */
export interface Place {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
}

/** A query that cannot be searched for, and where it is wrong. */
export class SearchError extends Error implements Place {
  override readonly name = 'SearchError';
  readonly offset: number;
  readonly line: number;
  readonly column: number;

  /**
   * @param what the fault, as words that `at column 6` can follow
   * @param advice a whole sentence
   */
  constructor(what: string, { offset, line, column }: Place, advice?: string) {
    super(`${what} at ${line > 1 ? `line ${line}, ` : ''}column ${column}.${advice ? ` ${advice}` : ''}`);
    this.offset = offset;
    this.line = line;
    this.column = column;
  }
}
