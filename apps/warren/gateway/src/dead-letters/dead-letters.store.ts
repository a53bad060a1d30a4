import { Injectable } from '@nestjs/common';
import { Database, InjectReader, sql } from '@warren/database';
import { type Attempt, type DeadLetterDetail, type DeadLetters, type Hop } from '@warren/protocol';
import { Keyset, ProblemError } from '@warren/service';
import { orAway } from '../database-away.js';
import { journalAway } from '../flows/flows.store.js';
import { type HopRow, type JournalViews } from '../journal.views.js';
import { placeNumber } from '../paging/places.js';
import { Searches } from '../search/searches.service.js';
import { mostShown } from './body.js';
import { attemptOf, deadLetterOf, detailOf, hopOf } from './dead-letter.mapper.js';
import { type LettersQuery } from './dead-letters.dto.js';
import { listed } from './search.js';

const keyset = new Keyset('dead letters', placeNumber);

const listColumns = [
  'id', 'message', 'journey', 'flow', 'queue', 'consumer', 'contract', 'service', 'foreign', 'redrive', 'attempt', 'state', 'group', 'cause', 'error',
  'at', 'size', 'line', 'edited', 'operation', 'refusal',
] as const; // prettier-ignore
const detailColumns = [...listColumns, 'stack', 'headers', 'content_type', 'compressed'] as const;

/** Dead letters as the observer publishes them. */
@Injectable()
export class DeadLettersStore {
  constructor(
    @InjectReader() private readonly journal: Database<JournalViews>,
    private readonly searches: Searches,
  ) {}

  /** A page of those that a search finds, the newest first. @throws ProblemError 400 for the cursor, 422 for the search, 503 */
  async list({ q, cursor, limit }: LettersQuery): Promise<DeadLetters> {
    const [condition, after] = [listed(q), keyset.after(cursor)];
    const rows = await this.searches.run((tx) => {
      const found = tx.selectFrom('dead_letters').select(listColumns).where(condition).orderBy('id', 'desc').limit(limit + 1);
      return (after !== undefined ? found.where('id', '<', after) : found).execute();
    });
    return keyset.page(rows, limit, ({ id }) => id, deadLetterOf);
  }

  /** One with its body, attempts and hops. @throws ProblemError 404, 503 */
  async detail(id: number): Promise<DeadLetterDetail> {
    const read = this.journal.kysely.selectFrom('dead_letters').select(detailColumns).select(sql<Buffer | null>`case when size <= ${mostShown} then shown end`.as('shown'));
    const row = await orAway(read.where('id', '=', id).executeTakeFirst(), journalAway);
    if (!row) throw unknownDeadLetter(id);
    const [attempts, hops] = await orAway(Promise.all([this.attempts(row), this.hops(row)]), journalAway);
    return detailOf(row, attempts, hops);
  }

  /** What a payload of it is checked against. @throws ProblemError 404, 503 */
  async whatItIs(id: number): Promise<{ queue: string; contract: string | null }> {
    const row = await orAway(this.journal.kysely.selectFrom('dead_letters').select(['queue', 'contract']).where('id', '=', id).executeTakeFirst(), journalAway);
    if (!row) throw unknownDeadLetter(id);
    return row;
  }

  private async attempts({ message, queue }: { message: string; queue: string }): Promise<Attempt[]> {
    const read = this.journal.kysely.selectFrom('attempts').selectAll().where('message', '=', message).where('queue', '=', queue);
    return (await read.orderBy('redrive').orderBy('attempt').execute()).map(attemptOf);
  }

  /** Where publishers are foreign, each consumer knows the message by an id of its own. As an array, the ids are looked up by the index. */
  private async hops({ message }: { message: string }): Promise<Hop[]> {
    const ids = sql`array(select ${message}::uuid union all select message from hops where alias = ${message})`;
    const { rows } = await sql<HopRow>`select * from hops where message = any(${ids}) order by queue`.execute(this.journal.kysely);
    return rows.map(hopOf);
  }
}

export const unknownDeadLetter = (id: number | string) => new ProblemError(404, { code: 'unknown-dead-letter', detail: `There is no dead letter ${id}.` });
