import { sql, type RawBuilder } from 'kysely';
import { type FieldKind, type SearchFields } from './fields.js';
import { fieldsOfHops, journeyWith } from './hops.js';

/** What a search of journeys may name, in the words of the protocol. */
export interface JourneyTerms {
  /** Fields of roots, with `state` and `latency`. */
  readonly root: Readonly<Record<string, FieldKind>>;
  /** Fields of any hop. */
  readonly hop: Readonly<Record<string, FieldKind>>;
  /** Milliseconds that a journey may be open where its flow says nothing else. */
  readonly deadline: number;
}

const isOpen = sql<boolean>`outcome in ('open', 'retried')`;
const isDead = sql<boolean>`outcome = 'dead'`;
/** What a journey of a state must have, where few do: found by its index, instead of root after root. */
const signs = new Map([['open', isOpen], ['stalled', isOpen], ['dead', isDead]]); // prettier-ignore
const complete = 'complete';
const states = [complete, ...signs.keys()];

/** The one row `came` of what came of a journey, as GET /api/v1/journeys/{id} tells it: state, latency. @param root alias of its row of `journal.roots` */
export function cameOf({ deadline }: Pick<JourneyTerms, 'deadline'>, root: string): RawBuilder<unknown> {
  const [id, flow, begun] = [sql.ref(`${root}.id`), sql.ref(`${root}.flow`), sql`coalesce(${sql.ref(`${root}.published`)}, ${sql.ref(`${root}.at`)})`];
  return sql`(
    select case
        when hops.open > 0 then
          case when now() - coalesce(hops.redriven, ${begun}) > coalesce(f.deadline, ${sql.lit(deadline)}) * interval '1 millisecond' then 'stalled' else 'open' end
        when hops.dead > 0 then 'dead' else 'complete'
      end as state,
      case when hops.open = 0 then (extract(epoch from hops.ended - ${begun}) * 1000)::float end as latency
    from (
      select count(*) filter (where ${isOpen}) as open, count(*) filter (where outcome = 'dead') as dead, max(finished_at) as ended,
        max(since) filter (where ${isOpen} and redrive > 0) as redriven
      from journal.hops where journey = any(array(select ${id} union all select alias from journal.hops where message = ${id} and alias is not null))
    ) hops left join journal.flows f on f.name = ${flow}
  ) came`;
}

/**
 * The fields of a search of journeys among `journal.roots`: the same words find the same ones, whoever searches.
 * @param root alias of that view
 * @param among all: of the whole journal; few: of some thousand at the most, where it takes longer to look for what is rare than to look at each
 */
export function fieldsOfJourneys(terms: JourneyTerms, root: string, among: 'all' | 'few'): SearchFields {
  const came = (condition: RawBuilder<boolean>) => sql<boolean>`exists (select from ${cameOf(terms, root)} where ${condition})`;
  const state = (condition: RawBuilder<boolean>, fulfilling = states) => {
    if (among === 'few' || fulfilling.includes(complete)) return came(condition);
    const needed = new Set(fulfilling.flatMap((name) => signs.get(name) ?? []));
    return needed.size === 0 ? sql<boolean>`false` : sql<boolean>`(${journeyWith([...needed], root)} and ${came(condition)})`;
  };
  return { ...terms.root, ...fieldsOfHops(terms.hop, 'journey', root), latency: { kind: 'number', within: came }, state: { kind: 'text', within: state, values: states } };
}
