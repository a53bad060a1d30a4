import { sql, type RawBuilder } from 'kysely';
import { kindOf, type FieldKind, type SearchFields } from './fields.js';
import { jsonPath } from './json-path.js';
import { likeOf } from './like.js';
import { type Comparison } from './parse.js';
import { booleanOf, numberOf, spanOf, uuidOf } from './values.js';

type Column = RawBuilder<unknown>;

/** @throws SearchError */
export function compare(comparison: Comparison, fields: SearchFields, column: (name: string) => Column): RawBuilder<boolean> {
  return sql`(${comparisons[kindOf(comparison, fields)](column(comparison.field.name), comparison)})`;
}

const comparisons: Record<FieldKind, (column: Column, comparison: Comparison) => RawBuilder<boolean>> = {
  text: (column, { value }) => (value.parts.length === 1 ? sql`${column} = ${value.parts[0]}` : sql`${column} ilike ${likeOf(value)}`),
  boolean: (column, { value }) => sql`${column} = ${booleanOf(value)}`,
  uuid: (column, { value }) => sql`${column} = ${uuidOf(value)}::uuid`,
  number: (column, comparison) => {
    const { text, type } = numberOf(comparison.value);
    return sql`${column} ${operatorOf(comparison)} ${text}::${sql.raw(type)}`;
  },
  time: (column, comparison) => {
    const { from, until } = spanOf(comparison.value);
    if (comparison.sign.sign === ':') return sql`${column} >= ${from} and ${column} < ${until}`;
    return sql`${column} ${operatorOf(comparison)} ${from}`;
  },
  json: (column, comparison) => sql`${column} @? ${jsonPath(comparison)}::jsonpath`,
};

const operators = { ':': sql`=`, '>': sql`>`, '>=': sql`>=`, '<': sql`<`, '<=': sql`<=` } as const;
const operatorOf = ({ sign: { sign } }: Comparison) => operators[sign];
