import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Process = z.object({
  pid: z.int(),
  /** When it started, as the machine tells it (machine/processes.ts): a pid alone may be another's by now. */
  start: z.string(),
});

/** A server that services need, with its processes where `npm start` started it: the server itself first. */
const Server = z.object({ url: z.string(), processes: z.array(Process) });

/**
 * `.warren/run.json`: the running system as the CLI, `nx serve` and the end-to-end tests find it. There from the start of the first
 * process to the end of the last; mode 0600, as the URLs hold passwords.
 */
export const RunFile = z.object({
  /** The supervisor. */
  pid: z.int(),
  startedAt: z.iso.datetime(),
  /** The gateway's. */
  url: z.string(),
  broker: Server.extend({ managementUrl: z.string(), container: z.string().optional() }),
  database: Server,
  services: z.array(
    z.object({
      service: z.string(),
      /** From 1. */
      number: z.int(),
      instance: z.string(),
      /** From the workspace's root. */
      folder: z.string(),
      process: Process.optional(),
      /** Undefined until it is ready. */
      port: z.int().optional(),
      /** Its log: `<run folder>/logs/<service>.<number>.log`, JSON lines of pino and whatever else it wrote; the older half is in `<log>.1`. */
      log: z.string(),
      /** What it got besides the environment of `npm start`. */
      env: z.record(z.string(), z.string()),
    }),
  ),
});
export type RunFile = z.infer<typeof RunFile>;

const fileOf = (folder: string) => join(folder, 'run.json');

/** The system that runs on this folder, or ran until it was killed; undefined when it was stopped or never started. */
export function readRunFile(folder: string): RunFile | undefined {
  try {
    return RunFile.parse(JSON.parse(readFileSync(fileOf(folder), 'utf8')));
  } catch {
    return undefined;
  }
}

/** Replaces it as a whole: a reader never sees half of it. */
export function writeRunFile(folder: string, run: RunFile): void {
  const next = `${fileOf(folder)}.next`;
  writeFileSync(next, JSON.stringify(run, null, 2), { mode: 0o600 });
  renameSync(next, fileOf(folder));
}

export const removeRunFile = (folder: string): void => rmSync(fileOf(folder), { force: true });
