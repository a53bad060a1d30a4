import { generate, type Parser } from 'peggy';
import { grammar } from './grammar.js';
import { SearchError, type Place } from './search.error.js';

/** Text as it was written: what stands between its stars, without quotes and escapes. One part: it has no star. */
export interface Text {
  readonly parts: readonly string[];
  readonly quoted: boolean;
  /** With its quotes and escapes. */
  readonly source: string;
  readonly place: Place;
}

export type Sign = ':' | '>' | '>=' | '<' | '<=';

export interface Comparison {
  readonly kind: 'comparison';
  readonly field: { readonly name: string; readonly path: readonly string[]; readonly place: Place };
  readonly sign: { readonly sign: Sign; readonly place: Place };
  readonly value: Text;
}

/** `and` of nothing is everything. */
export type Expression =
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Expression[] }
  | { readonly kind: 'not'; readonly part: Expression }
  | { readonly kind: 'text'; readonly text: Text }
  | Comparison;

export const limits = { characters: 2_000, nesting: 50 };

let generated: Parser | undefined;
/** Made for the first query: most services never get one. */
const parserOfGrammar = (): Parser => (generated ??= generate(grammar));

/** @throws SearchError */
export function parse(query: string): Expression {
  checkCharacters(query);
  const parser = parserOfGrammar();
  try {
    return parser.parse(query.replaceAll(/\p{Surrogate}/gu, '\ufffd'), limits) as Expression;
  } catch (error) {
    if (error instanceof parser.SyntaxError) throw new SearchError(error.message, error.location.start);
    throw error;
  }
}

function checkCharacters(query: string): void {
  if (query.length > limits.characters) throw new SearchError(`A query has at most ${limits.characters} characters, and this one goes on`, placeOf(query, limits.characters));
  const nul = query.indexOf('\0');
  if (nul >= 0) throw new SearchError('Nothing can have the character NUL, which is', placeOf(query, nul));
}

function placeOf(query: string, offset: number): Place {
  const lines = query.slice(0, offset).split('\n');
  return { offset, line: lines.length, column: (lines.at(-1) ?? '').length + 1 };
}
