import { sql, type RawBuilder } from 'kysely';
import { compare } from './compare.js';
import { type FieldWithin, type SearchFields } from './fields.js';
import { likeOf } from './like.js';
import { parse, type Expression } from './parse.js';
import { fulfilling, withinOfAll } from './within.js';

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
    if (withinOfAll(expression, fields)) return allOf([expression]);
    switch (expression.kind) {
      case 'and':
        return allOf(expression.parts);
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

  /** What is said of other rows that belong to this one is said of one of them. */
  function allOf(parts: readonly Expression[]): RawBuilder<boolean> {
    const others = new Map<FieldWithin['within'], Expression[]>();
    const own = parts.flatMap((part) => {
      const other = withinOfAll(part, fields);
      if (!other) return conditionOf(part);
      others.set(other.within, [...(others.get(other.within) ?? []), part]);
      return [];
    });
    return joined('and', [...own, ...[...others].map(([within, said]) => within(joined('and', said.map(ofOneRow)), fulfilling(said, fields)))]);
  }

  function ofOneRow(expression: Expression): RawBuilder<boolean> {
    if (expression.kind === 'and' || expression.kind === 'or') return joined(expression.kind, expression.parts.map(ofOneRow));
    if (expression.kind === 'not') return sql`(${ofOneRow(expression.part)} is not true)`;
    return expression.kind === 'comparison' ? compare(expression, fields, column) : conditionOf(expression);
  }
}

/** Of nothing: `and` is true, `or` is false. */
function joined(word: 'and' | 'or', conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  if (conditions.length === 0) return word === 'and' ? sql`true` : sql`false`;
  return sql`(${sql.join(conditions, sql.raw(` ${word} `))})`;
}
