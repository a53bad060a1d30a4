import { StartError } from '@warren/bus';
import { type Database } from '@warren/database';
import { postgresSessionStore } from './postgres.session-store.js';
import { type SessionStore } from './session-store.js';

/** Of Sessions: where they are kept. */
export const sessionStore = Symbol('warren.session-store');

/** In Redis where there is one, else in the service's own schema. @throws StartError when there is neither */
export async function openSessionStore({ redisUrl }: { redisUrl?: string | undefined }, database?: Database): Promise<SessionStore> {
  if (redisUrl !== undefined) {
    const { redisSessionStore } = await import('./redis.session-store.js'); // no other service should have to load Redis' client to start
    return redisSessionStore(redisUrl);
  }
  if (!database) throw new StartError('Sessions need a place: set REDIS_URL, or import DatabaseModule.forRoot() with sessionMigrations.');
  return postgresSessionStore(database);
}
