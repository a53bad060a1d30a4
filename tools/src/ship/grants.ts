import { type Grant } from '@warren/database';
import { type Service } from '../start/workspace.js';

/** A service's database role where Warren has the database server for itself, as in docker-compose.yml: `signal_orig`. */
export const roleOf = (service: string): string => service.replaceAll('-', '_');

/** What the services need of a database, with one password for all: only they can reach the server. */
export function grantsOf(services: readonly Service[], password: string): Grant[] {
  return services.flatMap(({ name, needs: { schema, publishes, reads } }) => {
    const role = roleOf(name);
    const own = schema !== undefined || reads.length > 0 ? [{ role, password, schema, reads }] : [];
    return publishes ? [...own, { role, password, schema: publishes }] : own;
  });
}
