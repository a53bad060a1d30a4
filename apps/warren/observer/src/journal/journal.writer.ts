import { Inject, Injectable } from '@nestjs/common';
import { Database, sql } from '@warren/database';
import { Lifecycle } from '@warren/lifecycle';
import { endRedrives } from '../dead-letters/end-redrives.js';
import { noteEnds, noteRooted } from '../ends/ends.store.js';
import { saveAnnounced } from '../registry/announced.store.js';
import { Registry } from '../registry/registry.js';
import { loadRegistry, saveRegistry } from '../registry/registry.store.js';
import { saveAttempts } from '../storage/attempts.store.js';
import { findHops, saveHops } from '../storage/hops.store.js';
import { countKept } from '../storage/kept.store.js';
import { lockJournal, takePosition, type Position } from '../storage/journal.lock.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { insertPieces } from '../storage/log-pieces.store.js';
import { countCopies, flagDiffering, foreignSince, insertMessages, knownMessages, rootSeqs } from '../storage/messages.store.js';
import { ensurePartitions } from '../storage/partitions.js';
import { forgetSlots } from '../statistics/late.js';
import { Batch, type Known } from './batch.js';
import { type Entry } from './entry.js';
import { questionsOf } from './questions.js';

/** Adds batches to the journal, each in one transaction. */
@Injectable()
export class JournalWriter {
  /** What was announced, as of the last committed batch. */
  private registry = new Registry(-1);
  /** The last commit was sent and never answered: what it held may be in the journal. */
  private uncertain = false;

  constructor(
    private readonly database: Database,
    @Inject(Lifecycle) private readonly lifecycle: Pick<Lifecycle, 'command'>,
  ) {}

  /** Resolves when the batch is committed. Written again after a failure, it changes nothing that is there already. */
  async write(entries: readonly Entry[]): Promise<Batch> {
    await this.database.start(); // its tables are there then
    const given = this.uncertain ? entries.map(returned) : entries;
    const { batch, registry } = await this.database.transaction(async (tx) => {
      const added = await this.add(tx, given);
      this.uncertain = true;
      return added;
    });
    this.uncertain = false;
    this.registry = registry;
    return batch;
  }

  private async add(tx: JournalTransaction, entries: readonly Entry[]): Promise<{ batch: Batch; registry: Registry }> {
    await lockJournal(tx);
    const position = await takePosition(tx, { records: entries.length, redelivered: entries.some(isRedelivered) });
    const registry = position.version === this.registry.version ? this.registry.copy() : await loadRegistry(tx, position.version);
    const batch = new Batch(position, await ask(tx, entries, position), registry, this.lifecycle.command?.run ?? 1);
    entries.forEach((entry, index) => batch.add(entry, position.firstSeq + index));
    await save(tx, batch, position);
    return { batch, registry };
  }
}

async function ask(tx: JournalTransaction, entries: readonly Entry[], { at, copiesSince }: Position): Promise<Known> {
  const { ids, days, digests, journeys, hops } = questionsOf(entries, at.getTime());
  return {
    messages: await knownMessages(tx, ids, days),
    foreign: await foreignSince(tx, digests, copiesSince),
    hops: await findHops(tx, hops),
    roots: await rootSeqs(tx, journeys),
  };
}

async function save(tx: JournalTransaction, batch: Batch, { at }: Position): Promise<void> {
  const hops = batch.hops.changed;
  await ensurePartitions(tx, [...new Set([...batch.messages, ...hops].map(({ day }) => day))]);
  await insertMessages(tx, batch.messages, at);
  await insertPieces(tx, batch.messages, at);
  await countKept(tx, batch.messages);
  await saveHops(tx, hops);
  await saveAttempts(tx, batch.attempts.all);
  await forgetSlots(tx, [...hops, ...batch.attempts.all], at);
  await endRedrives(tx, batch.attempts.redriven, 'handled');
  await flagDiffering(tx, batch.differing);
  await countCopies(tx, batch.copied);
  await insertMarkers(tx, batch.markers, at);
  await saveRegistry(tx, batch.announcements, [...batch.retired]);
  await saveAnnounced(tx, batch.announcements);
  await noteRooted(tx, batch.rooted);
  await noteEnds(tx, [...hops, ...batch.rooted].map(({ journey }) => journey));
}

async function insertMarkers(tx: JournalTransaction, markers: Batch['markers'], at: Date): Promise<void> {
  if (markers.length === 0) return;
  await sql`
    insert into markers (id, seq, at)
    select *, ${at}::timestamptz from unnest(${markers.map(({ id }) => id)}::uuid[], ${markers.map(({ seq }) => seq)}::bigint[])
    on conflict (id) do nothing
  `.execute(tx);
}

const isRedelivered = (entry: Entry): boolean => entry.kind === 'message' && entry.message.returns > 0;

/** The same entry, as the broker would give it out once more. */
function returned(entry: Entry): Entry {
  return entry.kind === 'message' ? { ...entry, message: { ...entry.message, returns: entry.message.returns + 1 } } : entry;
}
