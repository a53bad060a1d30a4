import { Injectable, Optional } from '@nestjs/common';
import { Database, sql, type AnyTransaction } from '@warren/database';
import { PostponeError, StartError } from '../bus.errors.js';
import type { Outgoing } from '../publish/outbound.js';

/** What a message is handled once by. */
export interface InboxKey {
  message: string;
  /** The consumer's name, never its physical queue. */
  consumer: string;
  redrive: number;
}

/** What a handler wants stored. Resolves to the children. */
export type Effect = (transaction: AnyTransaction) => Promise<Outgoing[]>;

type StoredChild = Omit<Outgoing, 'body'> & { body: string };

/** Days that a row is kept: longer than a dead letter that may be redriven, and than any copy is under way. */
const keep = 30;
/** With its first message and then with each hundredth a process forgets up to ten rows for each: with every message it would be a good part of the work. */
const forgetting = { every: 100, most: 1_000 };
/** Milliseconds until a message comes back that met no database. */
const patience = 1_000;

/** Handles a message once: row, data and children are one transaction. Source: docs/protocol.md, Messages. */
@Injectable()
export class Inbox {
  private stored = 0;

  constructor(@Optional() private readonly database?: Database) {}

  /** @throws StartError when this service has no database. */
  require(where: string): void {
    if (!this.database) throw new StartError(`${where} has an inbox and needs a database: import DatabaseModule.forRoot() with inboxMigrations.`);
  }

  /**
   * The children of the message: those that were stored when it was handled before, else those of `handle`.
   * @throws PostponeError while the database is away and nothing was begun; what `handle` and its effect throw: nothing is stored then
   */
  async once(key: InboxKey, handle: () => Promise<Effect>): Promise<Outgoing[]> {
    return (await this.handledBefore(key)) ?? this.store(key, await handle());
  }

  private async handledBefore(key: InboxKey): Promise<Outgoing[] | undefined> {
    const database = this.database as Database;
    if (!database.ready) throw new PostponeError('The database is not ready.', patience);
    return children(key, database.kysely).catch((error: unknown) => {
      throw new PostponeError(`The database is away: ${error instanceof Error ? error.message : String(error)}`, patience);
    });
  }

  private store(key: InboxKey, effect: Effect): Promise<Outgoing[]> {
    const { message, consumer, redrive } = key;
    return (this.database as Database).transaction(async (transaction) => {
      // Waits for another instance that is storing the same message.
      const { rows } = await sql`insert into inbox (message, consumer, redrive) values (${message}, ${consumer}, ${redrive}) on conflict do nothing returning at`.execute(transaction);
      if (rows.length === 0) return (await children(key, transaction)) ?? [];
      const made = await effect(transaction);
      if (made.length > 0) await keepChildren(key, made, transaction);
      if (this.stored++ % forgetting.every === 0) await forget(transaction);
      return made;
    });
  }
}

async function children({ message, consumer, redrive }: InboxKey, on: Pick<AnyTransaction, 'getExecutor'>): Promise<Outgoing[] | undefined> {
  const { rows } = await sql<{ children: StoredChild[] }>`
    select children from inbox where message = ${message} and consumer = ${consumer} and redrive = ${redrive}`.execute(on);
  return rows[0]?.children.map(({ body, ...child }) => ({ ...child, body: Buffer.from(body) }));
}

async function keepChildren({ message, consumer, redrive }: InboxKey, made: readonly Outgoing[], on: AnyTransaction): Promise<void> {
  const stored: StoredChild[] = made.map(({ body, ...child }) => ({ ...child, body: body.toString() }));
  await sql`
    update inbox set children = ${JSON.stringify(stored)}::jsonb where message = ${message} and consumer = ${consumer} and redrive = ${redrive}`.execute(on);
}

/** Skips what another instance forgets at the same time. */
async function forget(on: AnyTransaction): Promise<void> {
  await sql`
    delete from inbox where ctid = any(array(
      select ctid from inbox where at < now() - ${keep} * interval '1 day' order by at limit ${forgetting.most} for update skip locked))`.execute(on);
}
