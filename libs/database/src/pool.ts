import { Pool, TypeOverrides, types, type PoolConfig } from 'pg';
import { timeLimitedClient } from './time-limited-client.js';

export interface ConnectionOptions {
  /** `postgres://user:password@host:port/database`. */
  url: string;
  /** First on the search path. */
  schema: string;
  readOnly?: boolean;
}

/** A transaction whose process hangs (stopped, swapped out) is ended by Postgres, so that its locks pass to another. */
const idleInTransactionTimeout = 5_000;
/** Postgres ends a statement after this, in milliseconds, unless a transaction says otherwise. */
const statementTimeout = 14_000;
/** A query on a cut network fails after this, in milliseconds, instead of after TCP's quarter of an hour. */
const LimitedClient = timeLimitedClient(15_000);

/** For queries. */
export function openPool(options: ConnectionOptions): Pool {
  return surviving(new Pool({ ...limited(options), max: 10 }));
}

/** For prepared statements: Postgres plans each once a connection, whatever its values, instead of whenever a plan for these values seems cheaper. So connections stay, however long nobody asks. */
export function openPreparedPool(options: ConnectionOptions): Pool {
  const base = limited(options);
  return surviving(new Pool({ ...base, options: `${base.options} -c plan_cache_mode=force_generic_plan`, max: 5, idleTimeoutMillis: 0 }));
}

/** Of one connection, for what may take as long as it takes. */
export function openUnlimited(options: ConnectionOptions): Pool {
  return surviving(new Pool({ ...connection(options), max: 1 }));
}

const limited = (options: ConnectionOptions): PoolConfig => ({ ...connection(options), statement_timeout: statementTimeout, Client: LimitedClient });

/** Without listeners a connection that dies, idle or in use, would end the process. */
function surviving(pool: Pool): Pool {
  pool.on('error', ignored);
  pool.on('connect', (client) => client.on('error', ignored));
  return pool;
}

export function connection({ url, schema, readOnly = false }: ConnectionOptions): PoolConfig {
  return {
    connectionString: url,
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
    idle_in_transaction_session_timeout: idleInTransactionTimeout,
    options: `-c search_path="${schema}" -c default_transaction_read_only=${readOnly ? 'on' : 'off'}`,
    types: numbersForBigints(),
  };
}

/** A lost connection also rejects the query that ran on it, and the pool drops the client: nothing is left to do here. */
export const ignored = (): void => undefined;

/** Our bigints are counters far below 2^53. */
function numbersForBigints(): TypeOverrides {
  const overrides = new TypeOverrides();
  overrides.setTypeParser(types.builtins.INT8, Number);
  return overrides;
}
