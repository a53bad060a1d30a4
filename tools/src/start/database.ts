import { join } from 'node:path';
import { provision, type Grant } from '@warren/database';
import { PrivateDatabase } from '@warren/testing';
import { Refusal, hasCode, reason } from '../terminal/refusal.js';
import { secret } from './secrets.js';
import { ServerTask } from './server-task.js';
import { type Service } from './workspace.js';

/** What a service connects with. */
export interface DatabaseAccess {
  /** Its own schemas. */
  databaseUrl?: string;
  /** What others publish. */
  journalUrl?: string;
}

/** The embedded Postgres of the run folder. */
export function databaseTask(runFolder: string): ServerTask<PrivateDatabase> {
  const folder = join(runFolder, 'postgres');
  return new ServerTask('postgres', join(folder, 'postgres.log'), () => PrivateDatabase.start({ folder, password: secret(runFolder, 'postgres') }));
}

/**
 * Gives every service that needs one a role and schemas of its own: as often as you like.
 * @returns by service name
 * @throws Refusal when the database of `adminUrl` cannot be used
 */
export async function provisionServices(adminUrl: string, services: readonly Service[], folder: string): Promise<Map<string, DatabaseAccess>> {
  const users = services.filter(({ needs }) => needs.schema !== undefined || needs.reads.length > 0);
  const logins = users.map((service) => ({ service, ...login(adminUrl, service, folder) }));
  try {
    await provision(adminUrl, logins.flatMap(({ service, role, password }) => grants(service, role, password)));
  } catch (error) {
    throw new Refusal(advice(new URL(adminUrl), error));
  }
  return new Map(logins.map(({ service, url }) => [service.name, access(service, url)]));
}

/** Roles belong to the whole server, so they carry the database's name: two Warrens on one server keep apart. */
function login(adminUrl: string, { name }: Service, folder: string) {
  const url = new URL(adminUrl);
  const role = `${decodeURIComponent(url.pathname.slice(1)) || 'postgres'}_${name.replaceAll('-', '_')}`.slice(0, 63);
  const password = secret(folder, role);
  url.username = encodeURIComponent(role);
  url.password = password;
  return { role, password, url: url.href };
}

function grants({ needs: { schema, publishes, reads } }: Service, role: string, password: string): Grant[] {
  return [{ role, password, schema, reads }, ...(publishes ? [{ role, password, schema: publishes }] : [])];
}

function access({ needs: { schema, reads } }: Service, url: string): DatabaseAccess {
  return { databaseUrl: schema ? url : undefined, journalUrl: reads.length > 0 ? url : undefined };
}

function advice({ host, username, pathname }: URL, error: unknown): string {
  if (hasCode(error, '28P01') || hasCode(error, '28000')) return `The database ${host} refuses the login of "${username}": set DATABASE_URL with a user and password that it knows.`;
  if (hasCode(error, '3D000')) return `The server ${host} has no database "${pathname.slice(1)}": create it, or name another at the end of DATABASE_URL.`;
  if (hasCode(error, 'ECONNREFUSED') || hasCode(error, 'ENOTFOUND')) return `The database ${host} does not answer: start it, or change DATABASE_URL.`;
  return `The database ${host} cannot be used: ${reason(error)}`;
}
