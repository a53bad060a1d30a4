import { Database } from '@warren/database';
import { onTeardown, testDatabase } from '@warren/testing';
import { migrations } from '../src/storage/migrations.js';
import { type Tables } from '../src/storage/tables.js';
import { type Target } from '../src/targets/target.js';

export interface Storage {
  database: Database<Tables>;
  /** Another instance's connections to the same. */
  other: Database<Tables>;
}

/** The notifier's schema, empty. */
export async function storage(): Promise<Storage> {
  const { url } = await testDatabase();
  const open = async () => {
    const database = new Database<Tables>({ url, schema: 'public', migrations });
    onTeardown(() => database.close());
    await database.start();
    return database;
  };
  return { database: await open(), other: await open() };
}

export const target = (name: string, more: Partial<Target> = {}): Target => ({
  name, method: 'POST', url: 'http://127.0.0.1:9/', headers: {}, body: '{}', success: [{ from: 200, to: 299 }], timeout: 1_000,
  policy: { attempts: 3, delays: [100] }, concurrency: 2, secrets: [], allow: ['127.0.0.0/8'], breaker: false, ...more,
}); // prettier-ignore
