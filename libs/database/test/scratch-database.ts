import { randomBytes } from 'node:crypto';
import { Client } from 'pg';

export interface ScratchDatabase {
  url: string;
  name: string;
  create(): Promise<void>;
  drop(): Promise<void>;
  /** Ends every session of the database, as a restart of Postgres does. */
  endSessions(): Promise<void>;
}

/** A database of its own on the server of DATABASE_URL. */
export function scratchDatabase(): ScratchDatabase {
  const name = `warren_database_${randomBytes(4).toString('hex')}`;
  const url = new URL(process.env.DATABASE_URL ?? '');
  url.pathname = name;
  return {
    url: url.href,
    name,
    create: () => asAdmin(`create database ${name}`),
    drop: () => asAdmin(`drop database if exists ${name} with (force)`),
    endSessions: () => asAdmin(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`),
  };
}

export async function asAdmin(statement: string): Promise<void> {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
