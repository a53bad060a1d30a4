import { Injectable } from '@nestjs/common';
import { Database, sql, type Transaction } from '@warren/database';
import { type Reloaded, type WaitingChoice } from '@warren/protocol';
import { type Tables } from '../storage/tables.js';
import { type Target } from './target.js';

export interface Change {
  hash: string;
  by: string;
  added: readonly Target[];
  changed: readonly Target[];
  removed: readonly string[];
  /** What becomes of what waits for the removed ones. */
  waiting: WaitingChoice;
}

/** Which contents of the file took effect: one after another, for all instances. */
@Injectable()
export class RevisionsStore {
  constructor(private readonly database: Database<Tables>) {}

  /** The newest one; undefined before the first. */
  current(): Promise<{ id: number; hash: string } | undefined> {
    return this.database.kysely.selectFrom('revisions').select(['id', 'hash']).orderBy('id', 'desc').limit(1).executeTakeFirst();
  }

  /** Whether this content took effect once, now or before. */
  async seen(hash: string): Promise<boolean> {
    return (await this.database.kysely.selectFrom('revisions').select('id').where('hash', '=', hash).limit(1).executeTakeFirst()) !== undefined;
  }

  /** Only one instance at a time decides what changes. */
  async alone<T>(work: () => Promise<T>): Promise<T> {
    return (await this.database.withAdvisoryLock('notifier.reload', work, { wait: true })) as T; // it waits, so it works
  }

  add({ hash, by, added, changed, removed, waiting }: Change): Promise<Reloaded> {
    return this.database.transaction(async (tx) => {
      const { id } = await tx.insertInto('revisions').values({ hash }).returning('id').executeTakeFirstOrThrow();
      for (const spec of [...added, ...changed]) await put(tx, spec);
      for (const { name, breaker } of changed) if (breaker === false) await close(tx, name, by);
      for (const name of removed) await tx.updateTable('targets').set({ leaving: waiting, disabled: null, changed_at: new Date() }).where('name', '=', name).execute();
      const names = { added: added.map(({ name }) => name), changed: changed.map(({ name }) => name), removed: [...removed] };
      const events = Object.entries(names).flatMap(([kind, targets]) => targets.map((target) => ({ target, kind, by, detail: kind === 'removed' ? waiting : null })));
      if (events.length > 0) await tx.insertInto('events').values(events).execute();
      return { revision: id, ...names };
    });
  }
}

/** Another rate limit begins anew: the turn that the one before gave may be a day away. */
async function put(tx: Transaction<Tables>, spec: Target): Promise<void> {
  await sql`
    insert into targets (name, spec) values (${spec.name}, ${JSON.stringify(spec)}::jsonb)
    on conflict (name) do update set spec = excluded.spec,
      next_request = case when targets.spec -> 'rateLimit' is distinct from excluded.spec -> 'rateLimit' then now() else targets.next_request end`.execute(tx);
}

/** One that has no breaker any more is not open. */
async function close(tx: Transaction<Tables>, name: string, by: string): Promise<void> {
  await sql`
    with changed as (
      update targets set opened = null, breaker = null, changed_at = now() where name = ${name} and opened is not null returning name
    ) insert into events (target, kind, by) select name, 'closed', ${by} from changed`.execute(tx);
}
