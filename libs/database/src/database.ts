import { createHash } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Kysely, PostgresDialect, type RawBuilder, type Transaction } from 'kysely';
import { type Pool } from 'pg';
import { withAdvisoryLock, type Locked, type LockOptions } from './advisory-lock.js';
import { migrate, type Migrations } from './migrate.js';
import { openPool, openPreparedPool, openUnlimited, type ConnectionOptions } from './pool.js';

export interface DatabaseOptions extends ConnectionOptions {
  migrations?: Migrations;
  /** Told once for each new reason why the database cannot be used yet. */
  onWaiting?: (reason: string) => void;
}

/** A transaction of any schema: of Database.transaction(). */
export type AnyTransaction = Pick<Transaction<unknown>, 'isTransaction' | 'getExecutor'>;

const retryEvery = 500;
/** Of a prepared statement whose columns are others now. Source: PostgreSQL, appendix A: feature_not_supported. */
const changedResult = '0A000';

/**
 * One schema of a Postgres database. It may be absent when the service starts, and go away and come back:
 * queries fail meanwhile, the process does not.
 */
export class Database<T = unknown> {
  readonly kysely: Kysely<T>;
  private readonly pool: Pool;
  private readonly planned: Pool;
  private readonly stopped = new AbortController();
  private started?: Promise<void>;
  private migrated = false;
  /** Of transactions that are open. */
  private readonly listeners = new WeakMap<AnyTransaction, (() => void)[]>();

  constructor(private readonly options: DatabaseOptions) {
    this.pool = openPool(options);
    this.planned = openPreparedPool(options);
    this.kysely = new Kysely<T>({ dialect: new PostgresDialect({ pool: this.pool }) });
  }

  /** Whether the migrations are done. It stays true when the database goes away later: that is what ping() tells. */
  get ready(): boolean {
    return this.migrated;
  }

  /** Connects and migrates, again and again until it is done or closed; resolves then. */
  start(): Promise<void> {
    return (this.started ??= this.becomeReady());
  }

  /** @throws when the database does not answer. */
  async ping(): Promise<void> {
    await this.pool.query('select 1');
  }

  async transaction<R>(work: (transaction: Transaction<T>) => Promise<R>): Promise<R> {
    const listeners: (() => void)[] = [];
    const result = await this.kysely.transaction().execute((transaction) => {
      this.listeners.set(transaction, listeners);
      return work(transaction);
    });
    for (const listener of listeners) listener();
    return result;
  }

  /** Calls back when a transaction of transaction() is committed; never when it is rolled back. */
  afterCommit(transaction: AnyTransaction, listener: () => void): void {
    this.listeners.get(transaction)?.push(listener);
  }

  /** See withAdvisoryLock: undefined when another holds the lock and `wait` is false. */
  withAdvisoryLock<R>(key: string, work: Locked<R>, options: LockOptions): Promise<R | undefined> {
    return withAdvisoryLock(this.options, key, work, options);
  }

  /**
   * The rows of a statement that each connection plans once, however often it is asked: over many partitions, planning takes longer than reading a few rows.
   * For statements of which there are few, since each connection keeps every one.
   */
  async prepared<R>(statement: RawBuilder<R>): Promise<R[]> {
    const { sql: text, parameters } = statement.compile(this.kysely);
    const query = { text, values: [...parameters] };
    const name = createHash('sha256').update(text).digest('base64url');
    const { rows } = await this.planned.query<R & object>({ name, ...query }).catch((error: unknown) => {
      if ((error as { code?: string }).code !== changedResult) throw error;
      return this.planned.query<R & object>(query); // a migration gave what it reads another shape
    });
    return rows;
  }

  /** For what may take as long as it takes, as VACUUM does: on a connection of its own, without the limits of the others. It ends when this is closed. */
  async unlimited<R>(work: (connection: Kysely<T>) => Promise<R>): Promise<R> {
    const [pool, over] = [openUnlimited(this.options), new AbortController()];
    pool.on('connect', (client) => this.stopped.signal.addEventListener('abort', () => void client.end(), { signal: over.signal }));
    const kysely = new Kysely<T>({ dialect: new PostgresDialect({ pool }) });
    try {
      return await kysely.connection().execute((connection) => {
        this.stopped.signal.throwIfAborted(); // closed before there was a connection to end
        return work(connection);
      });
    } finally {
      over.abort();
      await kysely.destroy();
    }
  }

  async close(): Promise<void> {
    this.stopped.abort();
    await this.started;
    await Promise.all([this.pool.end(), this.planned.end()]);
  }

  private async becomeReady(): Promise<void> {
    let reason: string | undefined;
    while (!this.stopped.signal.aborted) {
      try {
        await this.prepare();
        this.migrated = true;
        return;
      } catch (error) {
        if (reason !== (reason = reasonOf(error))) this.options.onWaiting?.(reason);
        await delay(retryEvery, undefined, { signal: this.stopped.signal }).catch(() => undefined);
      }
    }
  }

  private async prepare(): Promise<void> {
    if (this.options.migrations) await migrate(this.options, this.options.migrations);
    else await this.ping();
  }
}

/** Node reports a refused connection to a name with several addresses as an AggregateError without a message. */
function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return [message, code].filter(Boolean).join(' ') || String(error);
}
