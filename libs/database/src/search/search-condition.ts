import { sql, type RawBuilder } from 'kysely';
import { compare } from './compare.js';
import { type FieldWithin, type SearchFields, withinOf } from './fields.js';
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
        return allOf(expression.parts);
      case 'or':
        return joined('or', expression.parts.map(conditionOf));
      case 'not':
        return sql`(${conditionOf(expression.part)} is not true)`;
      case 'text':
        return joined('or', freeText.map((name) => sql`${column(name)} ilike ${`%${likeOf(expression.text)}%`}`));
      case 'comparison':
        return allOf([expression]);
    }
  }

  /** What is said of other rows that belong to this one is said of one of them. */
  function allOf(parts: readonly Expression[]): RawBuilder<boolean> {
    const others = new Map<FieldWithin['within'], Expression[]>();
    const own = parts.flatMap((part) => {
      const within = withinOfAll(part, fields);
      if (!within) return part.kind === 'comparison' ? compare(part, fields, column) : conditionOf(part);
      others.set(within, [...(others.get(within) ?? []), part]);
      return [];
    });
    return joined('and', [...own, ...[...others].map(([within, said]) => within(joined('and', said.map(ofOneRow)), textOf(said)))]);
  }

  function ofOneRow(expression: Expression): RawBuilder<boolean> {
    if (expression.kind === 'and' || expression.kind === 'or') return joined(expression.kind, expression.parts.map(ofOneRow));
    return expression.kind === 'comparison' ? compare(expression, fields, column) : conditionOf(expression);
  }
}

/** The `within` of all that an expression speaks of; undefined where it speaks of anything else, or of what is not. */
function withinOfAll(expression: Expression, fields: SearchFields): FieldWithin['within'] | undefined {
  if (expression.kind === 'comparison') return withinOf(expression, fields);
  if (expression.kind !== 'and' && expression.kind !== 'or') return undefined;
  const [first, ...others] = expression.parts.map((part) => withinOfAll(part, fields));
  return others.every((other) => other === first) ? first : undefined;
}

/** What one comparison compares with, where that is one text. */
function textOf([first, ...more]: readonly Expression[]): string | undefined {
  return first?.kind === 'comparison' && more.length === 0 && first.value.parts.length === 1 ? first.value.parts[0] : undefined;
}

/** Of nothing: `and` is true, `or` is false. */
function joined(word: 'and' | 'or', conditions: readonly RawBuilder<boolean>[]): RawBuilder<boolean> {
  if (conditions.length === 0) return word === 'and' ? sql`true` : sql`false`;
  return sql`(${sql.join(conditions, sql.raw(` ${word} `))})`;
}
