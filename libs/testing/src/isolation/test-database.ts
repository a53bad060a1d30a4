import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { sharedServer } from './environment.js';
import { onTeardown } from './teardown.js';

/** A database of its own on the server that the tests share. */
export interface TestDatabase {
  url: string;
  name: string;
  query<Row extends object>(text: string, values?: readonly unknown[]): Promise<Row[]>;
  /** Done by itself at the end of a Jest file. */
  remove(): Promise<void>;
}

/** Makes a database on DATABASE_URL; at the end of the Jest file it is dropped, whoever is still connected. */
export async function testDatabase(): Promise<TestDatabase> {
  const server = sharedServer('DATABASE_URL');
  const name = `test_${randomBytes(6).toString('hex')}`;
  await query(server, `create database ${name}`);
  const url = new URL(server);
  url.pathname = `/${name}`;
  const remove = async () => {
    await query(server, `drop database if exists ${name} with (force)`);
  };
  onTeardown(remove);
  return { url: url.href, name, remove, query: (text, values) => query(url, text, values) };
}

/** One connection a query: nothing stays open that a test would have to close. */
async function query<Row extends object>(url: URL, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = new Client({ connectionString: url.href });
  await client.connect();
  try {
    return (await client.query<Row>(text, [...values])).rows;
  } finally {
    await client.end();
  }
}
