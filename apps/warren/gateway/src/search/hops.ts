import { type RawBuilder, type SearchFields, sql } from '@warren/database';
import { hopFields } from '@warren/protocol';

const hops = sql`(select message, journey, queue, consumer, instance, outcome, attempt, concat_ws(': ', error_name, error_message) as error from hops) hop`;

/** Fields of hops, for a search of messages that have them. */
export const fieldsOfMessages: SearchFields = fieldsOfHops((condition) => sql`id in (select message from ${hops} where ${condition})`);

/** The same for journeys: their hops, whichever name of the journey they have. A consumer gives a foreign root an id of its own, by which its children name their journey. */
export const fieldsOfJourneys: SearchFields = fieldsOfHops(journeyWith);

/** @param condition on its hops */
export function journeyWith(condition: RawBuilder<boolean>): RawBuilder<boolean> {
  return sql`id in (
    select journey from ${hops} where ${condition}
    union all select root from ${hops} join (select alias, journey as root from hops where alias is not null) known on alias = hop.journey where ${condition})`;
}

function fieldsOfHops(within: (condition: RawBuilder<boolean>) => RawBuilder<boolean>): SearchFields {
  return Object.fromEntries(Object.entries(hopFields).map(([name, kind]) => [name, { kind, within: (condition: RawBuilder<boolean>) => within(condition) }]));
}
