import { sql } from '@warren/database';
import { type HopReport } from '@warren/protocol';
import { noteEnds } from '../ends/ends.store.js';
import { Hops } from '../journal/hops.js';
import { unexpectedHop } from '../journal/open-hop.js';
import { hopSearch } from '../journal/questions.js';
import { type Registry } from '../registry/registry.js';
import { findHops, saveHops } from '../storage/hops.store.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { rootSeqs } from '../storage/messages.store.js';
import { ensurePartitions } from '../storage/partitions.js';
import { type NewDeadLetter } from './read-dead-letter.js';

interface Circumstances {
  at: Date;
  registry: Registry;
}

/**
 * No consumer reports what the broker gave up: its hop ends here, also where the journal has yet to see the message. Where the queue's consumer is
 * retired, or Warren has none, no message is yet to be seen: only a hop that is there ends.
 */
export async function closeHops(tx: JournalTransaction, letters: readonly NewDeadLetter[], { at, registry }: Circumstances): Promise<void> {
  const silent = letters.filter(({ reported }) => !reported);
  if (silent.length === 0) return;
  const reports = silent.map((letter) => reportOf(letter, at));
  const hops = new Hops(await findHops(tx, hopSearch(reports)));
  const roots = await rootSeqs(tx, reports.map(({ journey }) => journey)); // prettier-ignore
  const seq = await nextSeq(tx);
  for (const report of reports) {
    const flow = registry.flowOfQueue(report.queue);
    const place = { seq, rootSeq: roots.get(report.journey) ?? null, now: at.getTime() };
    hops.report(report, { service: null, instance: null }, () => (flow === undefined ? undefined : unexpectedHop(report, { ...place, flow })));
  }
  await ensurePartitions(tx, [...new Set(hops.changed.map(({ day }) => day))]);
  await saveHops(tx, hops.changed);
  await noteEnds(tx, hops.changed.map(({ journey }) => journey)); // prettier-ignore
}

function reportOf({ message, journey, queue, consumer, attempt, redrive, foreign, cause: { name, message: text } }: NewDeadLetter, at: Date): HopReport {
  const now = at.getTime();
  return {
    id: message, journey, queue, consumer, attempt, redrive, foreign: foreign ?? undefined,
    outcome: 'dead', startedAt: now, finishedAt: now, children: 0, error: { name, message: text },
  }; // prettier-ignore
}

async function nextSeq(tx: JournalTransaction): Promise<number> {
  const { rows } = await sql<{ seq: number }>`select nextval('journal_seq') as seq`.execute(tx);
  return rows[0]?.seq ?? 0;
}
