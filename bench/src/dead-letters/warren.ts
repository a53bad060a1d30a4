import { fork, spawn, type ChildProcess } from 'node:child_process';
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
  services: z.array(z.object({ service: z.string(), process: z.object({ pid: z.int() }), env: z.record(z.string(), z.string()) })),
});

/** Warren as `npm start` runs it, without load, and one service more: the shop. */
export class Warren {
  private constructor(
    private readonly folder: string,
    private readonly system: ChildProcess,
    private readonly run: z.output<typeof RunFile>,
    private readonly shop: ChildProcess,
  ) {}

  /** Starts it on the broker and the database that are given. */
  static async start(servers: NodeJS.ProcessEnv): Promise<Warren> {
    const folder = await mkdtemp(join(tmpdir(), 'warren-bench-'));
    const settings = { WARREN_FOLDER: folder, GATEWAY_PORT: '0', HTTPSERV_PORT: '0', ORIG_INTERVAL: '3600000', LOG_LEVEL: 'error' };
    const system = spawn(process.execPath, [starter], { env: { ...process.env, ...servers, ...settings }, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    await says(system, 'Warren runs at');
    const run = RunFile.parse(JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')));
    const shop = fork(join(__dirname, 'shop.js'), [], { env: { ...process.env, AMQP_URL: servers['AMQP_URL'], LOG_LEVEL: 'error' } });
    await Promise.race([once(shop, 'message'), once(shop, 'exit').then(() => Promise.reject(new Error('The shop ended before it was ready.')))]);
    return new Warren(folder, system, run, shop);
  }

  get url(): string {
    return this.run.url;
  }

  pid(service: string): number {
    return this.run.services.find((one) => one.service === service)?.process.pid ?? 0;
  }

  async stop(): Promise<void> {
    for (const process of [this.shop, this.system]) {
      const ended = once(process, 'exit');
      process.kill('SIGTERM');
      await ended;
    }
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
