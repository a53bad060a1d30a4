import { join } from 'node:path';
import { provision } from '@warren/database';
import { reason } from '../terminal/refusal.js';
import { findServices } from '../start/workspace.js';
import { grantsOf } from './grants.js';

/** What deploy/first-run.sh does to the database: each service's role and schema. DATABASE_ADMIN_URL and SERVICES_PASSWORD say where. */
async function main(): Promise<void> {
  const { DATABASE_ADMIN_URL: url, SERVICES_PASSWORD: password } = process.env;
  if (!url || !password) throw new Error('Set DATABASE_ADMIN_URL and SERVICES_PASSWORD: docker-compose.yml does.');
  const grants = grantsOf(findServices(join(__dirname, '../../..')), password);
  await provision(url, grants);
  console.log(`Database roles: ${[...new Set(grants.map(({ role }) => role))].join(', ')}.`);
}

main().catch((error: unknown) => {
  console.error(`first-run: ${reason(error)}`);
  process.exitCode = 1;
});
