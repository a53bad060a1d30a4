import { sql } from '@warren/database';
import { waitFor } from '@warren/testing';
import { runRole, type Role } from '../harness/role.js';
import { openStore } from './store.js';

const every = 50;
const deadline = 180_000;

/** Looks from outside, the same way for each rival, whether every job has its result. */
async function counter(role: Role): Promise<void> {
  const store = openStore();
  await store.start();
  await role.ready();
  const stored = async () => (await sql<{ n: number }>`select count(*)::int as n from results`.execute(store.kysely)).rows[0]?.n ?? 0;
  await waitFor(async () => (await stored()) >= role.total, { timeout: deadline, interval: every, what: `${role.total} results` });
  role.done();
}

runRole({ counter });
