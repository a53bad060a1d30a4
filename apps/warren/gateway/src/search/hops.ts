import { type RawBuilder, type SearchFields, sql } from '@warren/database';
import { hopFields } from '@warren/protocol';

const hops = sql`(select message, journey, queue, consumer, instance, outcome, attempt, concat_ws(': ', error_name, error_message) as error from hops) hop`;

/** Fields of hops, for a search of what has them. @param by the hop's column that says whose it is */
export function fieldsOfHops(by: 'message' | 'journey'): SearchFields {
  const within = (condition: RawBuilder<boolean>) => sql<boolean>`id in (select ${sql.ref(`hop.${by}`)} from ${hops} where ${condition})`;
  return Object.fromEntries(Object.entries(hopFields).map(([name, kind]) => [name, { kind, within }]));
}

/**
 * That a journey has such a hop, by whichever of its names: a consumer gives a foreign root an id of its own, by which its children name their journey.
 * @param condition true of few hops: all of them are looked at
 */
export const journeyWith = (condition: RawBuilder<boolean>) => sql<boolean>`id in (
  select journey from ${hops} where ${condition}
  union all select root from ${hops} join (select alias, journey as root from hops where alias is not null) known on alias = hop.journey where ${condition})`;
