import { type ConfigType } from '@nestjs/config';
import { StartError } from '@warren/bus';
import { type Database } from '@warren/database';
import { isLoopback } from '../access/hosts.js';
import { type httpConfig } from '../http/http.config.js';
import { postgresSessionStore } from './postgres.session-store.js';
import { type SessionStore } from './session-store.js';
import { type sessionsConfig } from './sessions.config.js';

/** Of Sessions: where they are kept. */
export const sessionStore = Symbol('warren.session-store');

type Settings = Pick<ConfigType<typeof sessionsConfig>, 'redisUrl' | 'secretIsOurs'>;

/** In Redis where there is one, else in the service's own schema. @throws StartError when there is neither, or no secret where others can reach the service */
export async function openSessionStore({ redisUrl, secretIsOurs }: Settings, { host }: Pick<ConfigType<typeof httpConfig>, 'host'>, database?: Database): Promise<SessionStore> {
  if (secretIsOurs && !isLoopback(host)) throw new StartError(`HOST ${host} can be reached from other machines: set SESSION_SECRET, the same for every instance.`);
  if (redisUrl !== undefined) {
    const { redisSessionStore } = await import('./redis.session-store.js'); // no other service should have to load Redis' client to start
    return redisSessionStore(redisUrl);
  }
  if (!database) throw new StartError('Sessions need a place: set REDIS_URL, or import DatabaseModule.forRoot() with sessionMigrations.');
  return postgresSessionStore(database);
}
