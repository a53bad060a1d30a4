import { type Comparison, type Text } from './parse.js';
import { SearchError } from './search.error.js';
import { isNumber } from './values.js';

const operators = { ':': '==', '>': '>', '>=': '>=', '<': '<', '<=': '<=' } as const;

/**
 * A jsonpath that finds what the comparison wants. Its lax mode looks inside arrays by itself. To the right of `@?` an equality can be
 * looked up in a GIN index with jsonb_path_ops. Source: PostgreSQL manual, 8.14.4 and 9.16.2.
 */
export function jsonPath({ field, sign: { sign }, value }: Comparison): string {
  const accessor = ['$', ...field.path.map((name) => JSON.stringify(name))].join('.');
  if (value.source === '*') return accessor;
  if (value.parts.length === 1) return `${accessor} ? (@ ${operators[sign]} ${literalOf(value, sign !== ':')})`;
  return `${accessor} ? (@ like_regex ${JSON.stringify(`^${value.parts.map(escaped).join('.*')}$`)} flag "is")`;
}

/** What is not quoted is a number, true, false or null where it looks like one, else text. */
function literalOf({ parts: [text = ''], quoted, place }: Text, ordered: boolean): string {
  if (quoted) return JSON.stringify(text);
  if (isNumber(text)) return text;
  if (!['true', 'false', 'null'].includes(text)) return JSON.stringify(text);
  if (ordered) throw new SearchError(`Expected a number or a text instead of "${text}"`, place);
  return text;
}

const escaped = (text: string): string => text.replaceAll(/[\\^$.|?*+(){}[\]]/g, '\\$&');
