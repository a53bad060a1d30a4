import { sql, type RawBuilder } from 'kysely';
import { compare } from './compare.js';
import { type SearchFields } from './fields.js';
import { likeOf } from './like.js';
import { parse, type Expression } from './parse.js';

/**
 * A query as a condition; whatever the query says is a parameter of it. An empty query is true of everything. Of a column that is null
 * no comparison is true, so `not` is.
 *
 * `flow:signal and (cause:TypeError or consumer:imed*) not payload.user.id:42 at>=2026-11-20T06:00 "free text"`
 * @param freeText the columns in which words without a field are looked for
 * @param table alias of the table whose columns they are
 * @throws SearchError with the place of the mistake
 */
export function searchCondition(query: string, fields: SearchFields, freeText: readonly string[], table?: string): RawBuilder<boolean> {
  const column = (name: string) => sql.ref(table === undefined ? name : `${table}.${name}`);
  return conditionOf(parse(query));

  function conditionOf(expression: Expression): RawBuilder<boolean> {
    switch (expression.kind) {
      case 'and':
        return joined('and', expression.parts.map(conditionOf));
      case 'or':
        return joined('or', expression.parts.map(conditionOf));
      case 'not':
        return sql`(${conditionOf(expression.part)} is not true)`;
      case 'text':
        return joined('or', freeText.map((name) => sql`${column(name)} ilike ${`%${likeOf(expression.text)}%`}`));
      case 'comparison':
        return compare(expression, fields, column);
    }
  }
}

/** Of nothing: `and` is true, `or` is false. */
function joined(word: 'and' | 'or', conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  if (conditions.length === 0) return word === 'and' ? sql`true` : sql`false`;
  return sql`(${sql.join(conditions, sql.raw(` ${word} `))})`;
}
