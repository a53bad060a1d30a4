import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@warren/testing';
import { z } from 'zod';

const starter = join(__dirname, '../../../tools/dist/start/main.js');
const startDeadline = 120_000;

const RunFile = z.object({
  url: z.string(),
  services: z.array(z.object({ service: z.string(), process: z.object({ pid: z.int() }) })),
});

export interface SystemOptions {
  /** After `npm start --`. */
  args?: readonly string[];
  /** Broker, database, and settings of services. */
  env: NodeJS.ProcessEnv;
}

/** Warren as `npm start` runs it, in a temporary folder and on free ports. */
export class System {
  private constructor(private readonly folder: string, private readonly starter: ChildProcess, private readonly run: z.output<typeof RunFile>) {}

  static async start({ args = [], env }: SystemOptions): Promise<System> {
    const folder = await mkdtemp(join(tmpdir(), 'warren-bench-'));
    const settings = { WARREN_FOLDER: folder, GATEWAY_PORT: '0', HTTPSERV_PORT: '0', LOG_LEVEL: 'error' };
    const child = spawn(process.execPath, [starter, ...args], { env: { ...process.env, ...settings, ...env }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    await says(child, 'Warren runs at');
    return new System(folder, child, RunFile.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'))));
  }

  get url(): string {
    return this.run.url;
  }

  pid(service: string): number {
    return this.run.services.find((one) => one.service === service)?.process.pid ?? 0;
  }

  async stop(): Promise<void> {
    const ended = once(this.starter, 'exit');
    this.starter.kill('SIGTERM');
    await ended;
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function says(child: ChildProcess, text: string): Promise<void> {
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const said = () => child.exitCode !== null || output.includes(text);
  await waitFor(said, { timeout: startDeadline, what: 'the start of Warren' });
  if (child.exitCode !== null) throw new Error(`Warren did not start: ${output}`);
}
