import { Injectable } from '@nestjs/common';
import { Database, InjectReader } from '@warren/database';
import { type AuditEntry, type AuditPage } from '@warren/protocol';
import { Keyset, type PageQuery } from '@warren/service';
import { orAway } from '../database-away.js';
import { journalAway } from '../flows/flows.store.js';
import { type AnswerRow, type JournalViews } from '../journal.views.js';
import { placeNumber } from '../paging/places.js';

const keyset = new Keyset('audit entries', placeNumber);

/** What operators asked of the observer, and what came of it. */
@Injectable()
export class AuditStore {
  constructor(@InjectReader() private readonly journal: Database<JournalViews>) {}

  /** A page, the newest first. @throws ProblemError 400 for the cursor, 503 */
  async list({ cursor, limit }: PageQuery): Promise<AuditPage> {
    const after = keyset.after(cursor);
    const all = this.journal.kysely.selectFrom('answers').selectAll().orderBy('seq', 'desc').limit(limit + 1);
    const rows = await orAway((after !== undefined ? all.where('seq', '<', after) : all).execute(), journalAway);
    return keyset.page(rows, limit, ({ seq }) => seq, entryOf);
  }
}

const entryOf = ({ id, at, by, action, subject, refusal }: AnswerRow): AuditEntry => ({ id, at: at.toISOString(), by, action, subject, outcome: refusal?.detail ?? 'done' });
