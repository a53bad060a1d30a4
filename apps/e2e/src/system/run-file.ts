import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

const Process = z.object({ pid: z.int() });
const Server = z.object({ url: z.string(), processes: z.array(Process) });

/** What the tests read of `npm start`'s run.json. */
const RunFile = z.object({
  url: z.string(),
  broker: Server.extend({ managementUrl: z.string() }),
  database: Server,
  services: z.array(z.object({ service: z.string(), instance: z.string(), port: z.int().optional(), process: Process.optional(), env: z.record(z.string(), z.string()) })),
});
export type RunFile = z.infer<typeof RunFile>;

export const readRunFile = (folder: string): RunFile => RunFile.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
