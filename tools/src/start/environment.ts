import { join } from 'node:path';
import { type DatabaseAccess } from './database.js';
import { type Broker } from './broker.js';
import { secret } from './secrets.js';
import { portSetting, type Settings } from './start.config.js';
import { type Service } from './workspace.js';

/** What services inherit is the environment of `npm start` without what it decides itself: imed has no business with a database. */
const decided = ['AMQP_URL', 'AMQP_MANAGEMENT_URL', 'DATABASE_URL', 'JOURNAL_URL', 'HOST', 'PORT', 'WARREN_INSTANCE', 'WARREN_KEYS_FILE', 'NODE_CHANNEL_FD'];

export function inherited(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !decided.includes(name)));
}

/** Where node keeps compiled code: most of what a service does until it is ready is to compile its libraries. */
export const compiled = (root: string): NodeJS.ProcessEnv => ({ NODE_COMPILE_CACHE: join(root, 'node_modules/.cache/compiled') });

/** A service's fixed port, held by its first process. */
export interface FixedPort {
  service: Service;
  port: number;
  setting: string;
  /** Of its further processes, in their order; none where each takes a free one. */
  further?: readonly number[];
}

/** The ports of the services that have a fixed one, as their settings say. */
export function fixedPorts(services: readonly Service[], env: NodeJS.ProcessEnv): FixedPort[] {
  return services.flatMap((service) => {
    const { port } = service.needs;
    return port ? [{ service, setting: port.setting, port: portSetting(env, port.setting, port.number) }] : [];
  });
}

export interface EnvironmentParts {
  service: Service;
  settings: Settings;
  broker: Broker;
  access: DatabaseAccess | undefined;
  ports: readonly FixedPort[];
}

/** What a service's processes get besides what they inherit. The product's own programs also learn where the others are, a flow's those of the flow. */
export function environmentOf({ service, settings, broker, access, ports }: EnvironmentParts): Record<string, string> {
  const all = {
    ...service.env,
    ...secretsOf(service, settings),
    AMQP_URL: broker.url,
    DATABASE_URL: access?.databaseUrl,
    JOURNAL_URL: access?.journalUrl,
    ...(service.flow === undefined ? { AMQP_MANAGEMENT_URL: broker.managementUrl } : {}),
    ...addresses(ports.filter((port) => service.flow === undefined || service.flow === port.service.flow), settings.host),
    ...(service.needs.port ? { HOST: settings.host, WARREN_KEYS_FILE: settings.keysFile } : {}),
  };
  return Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
}

/** Secrets that all processes of the services share: what the environment says, else random ones that the run folder keeps. */
function secretsOf({ needs }: Service, { env, folder }: Settings): Record<string, string> {
  return Object.fromEntries((needs.secrets ?? []).map((name) => [name, env[name] || secret(folder, name)]));
}

/** `HTTPSERV_PORT` makes `HTTPSERV_URL`. */
function addresses(ports: readonly FixedPort[], host: string): Record<string, string> {
  return Object.fromEntries(ports.map(({ setting, port }) => [setting.replace(/_PORT$/, '_URL'), `http://${reachable(host)}:${port}`]));
}

/** Where to reach on this machine what listens on `host`. */
export const reachable = (host: string): string => (['0.0.0.0', '::'].includes(host) ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host);
