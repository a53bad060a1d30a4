import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { freePort } from '@warren/testing';
import { median } from '../comparison.js';
import { memoryDuring, type Course } from '../harness/memory.js';
import { RoleProcess } from '../harness/role-process.js';

/** As many as show whether memory grows with what has been read, or only until there is enough of it. */
const rounds = 7;
const lineFeed = 10;
/** Of the rate of a plain file. */
export const logTarget = 1 / 3;

/** A message log beside a plain file of the same bytes. */
export interface LogResult {
  bytes: number;
  lines: number;
  /** Bytes in a second, medians. */
  rate: number;
  plain: number;
  /** Median of the rounds' ratios. */
  ratio: number;
  /** While logs were read, by process. */
  memory: ReadonlyMap<string, Course>;
}

/** Reads a message log to its end and a plain file of the same bytes, by turns. */
export async function readLogs(log: string, pids: ReadonlyMap<string, number>): Promise<LogResult> {
  const folder = await mkdtemp(join(tmpdir(), 'warren-bench-'));
  const [file, port] = [join(folder, 'log.txt'), await freePort()];
  try {
    const { bytes, lines } = await store(log, file);
    const server = await RoleProcess.start(join(__dirname, 'plain-file.js'), 'server', { BENCH_FILE: file, BENCH_PORT: String(port) });
    try {
      const { result: each, memory } = await memoryDuring(pids, () => byTurns([log, `http://127.0.0.1:${port}/`]));
      const [ours, plain] = [0, 1].map((which) => each.map((rates) => rates[which] as number)) as [number[], number[]];
      return { bytes, lines, rate: median(ours), plain: median(plain), ratio: median(ours.map((rate, round) => rate / (plain[round] as number))), memory };
    } finally {
      await server.stop();
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** So that both are the same, byte for byte. */
async function store(log: string, file: string): Promise<{ bytes: number; lines: number }> {
  const to = createWriteStream(file);
  const stored = await download(log, to);
  await finished(to.end());
  return stored;
}

/** @returns for each round the rates of all */
async function byTurns(urls: readonly string[]): Promise<number[][]> {
  const all: number[][] = [];
  for (let round = 0; round < rounds; round += 1) {
    const rates: number[] = [];
    for (const url of urls) rates.push((await download(url)).rate);
    all.push(rates);
  }
  return all;
}

/** @param to gets what comes; nobody, where nothing is said */
async function download(url: string, to?: WriteStream): Promise<{ bytes: number; lines: number; rate: number }> {
  const before = performance.now();
  const response = await fetch(url, { headers: { accept: 'text/plain' } });
  if (response.status !== 200 || !response.body) throw new Error(`${url} answered ${response.status}.`);
  let [bytes, lines] = [0, 0];
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (!to) continue;
    lines += chunk.reduce((sum, byte) => sum + (byte === lineFeed ? 1 : 0), 0);
    if (!to.write(chunk)) await once(to, 'drain');
  }
  return { bytes, lines, rate: bytes / ((performance.now() - before) / 1_000) };
}
