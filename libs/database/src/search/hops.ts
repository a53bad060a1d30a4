import { sql, type RawBuilder } from 'kysely';
import { type FieldKind, type SearchFields } from './fields.js';

/** Of the observer's view, whichever schema is searched first. */
const hops = sql`(select message, journey, day, queue, consumer, instance, outcome, attempt, concat_ws(': ', error_name, error_message) as error from journal.hops) hop`;

/**
 * Fields of hops, for a search of what has them.
 * @param by the hop's column that says whose it is
 * @param row alias of the rows that are searched, by their id; of messages also by their day, which is that of their hops
 */
export function fieldsOfHops(fields: Readonly<Record<string, FieldKind>>, by: 'message' | 'journey', row: string): SearchFields {
  const day = by === 'message' ? sql`and hop.day = ${sql.ref(`${row}.day`)}` : sql``;
  const within = (condition: RawBuilder<boolean>) => sql<boolean>`exists (select from ${hops} where ${sql.ref(`hop.${by}`)} = ${sql.ref(`${row}.id`)} ${day} and ${condition})`;
  return Object.fromEntries(Object.entries(fields).map(([name, kind]) => [name, { kind, within }]));
}

/**
 * That a journey has a hop of which one of the conditions is true, by whichever of its names: a consumer gives a foreign root an id of its own, by which its children name their journey.
 * @param conditions each true of few hops: all of them are looked at
 * @param root alias of the journeys' roots
 */
export function journeyWith(conditions: readonly RawBuilder<boolean>[], root: string): RawBuilder<boolean> {
  const known = sql`(select alias, journey as root from journal.hops where alias is not null) known`;
  const found = conditions.flatMap((condition) => [
    sql`select journey from ${hops} where ${condition}`,
    sql`select root from ${hops} join ${known} on alias = hop.journey where ${condition}`,
  ]);
  return sql`${sql.ref(`${root}.id`)} in (${sql.join(found, sql` union all `)})`;
}
