import { join, resolve } from 'node:path';
import { z } from 'zod';
import { Refusal } from '../terminal/refusal.js';

const url = (protocols: RegExp, example: string) => z.url({ protocol: protocols, error: `must look like ${example}` }).optional();

/** The environment as `npm start` reads it; services read their own. */
const Environment = z.object({
  AMQP_URL: url(/^amqps?$/, 'amqp://user:password@host:5672'),
  AMQP_MANAGEMENT_URL: url(/^https?$/, 'http://user:password@host:15672'),
  DATABASE_URL: url(/^postgres(ql)?$/, 'postgres://user:password@host:5432/database'),
  HOST: z.string().default('127.0.0.1'),
  WARREN_FOLDER: z.string().optional(),
  WARREN_KEYS_FILE: z.string().optional(),
});

export interface Settings {
  amqpUrl?: string;
  managementUrl?: string;
  databaseUrl?: string;
  /** The address that the services with a fixed port listen on. */
  host: string;
  /** Where data, logs and run.json live. */
  folder: string;
  keysFile: string;
  /** All of it, for the ports' own settings and for what services inherit. */
  env: NodeJS.ProcessEnv;
}

/** @throws Refusal that names every wrong setting, without its value: it may hold a password */
export function readSettings(root: string, env: NodeJS.ProcessEnv): Settings {
  const set = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const { data, error } = Environment.safeParse(set);
  if (!data) throw new Refusal(error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}.`).join(' '));
  const folder = resolve(root, data.WARREN_FOLDER ?? '.warren');
  return {
    amqpUrl: data.AMQP_URL,
    managementUrl: data.AMQP_MANAGEMENT_URL,
    databaseUrl: data.DATABASE_URL,
    host: data.HOST,
    folder,
    keysFile: data.WARREN_KEYS_FILE ?? join(folder, 'keys.jsonl'),
    env,
  };
}

/** The port that a setting asks for: the default where it is not set; 0 is any free one. */
export function portSetting(env: NodeJS.ProcessEnv, setting: string, number: number): number {
  const text = env[setting] || String(number);
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new Refusal(`${setting} must be a port from 0 to 65535, not "${text}".`);
  return port;
}
