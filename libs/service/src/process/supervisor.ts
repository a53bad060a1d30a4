import { setTimeout as delay } from 'node:timers/promises';
import { type Readiness } from '../health/readiness.js';

const lookEvery = 50;

/** Tells the supervisor that started this process, where there is one, as soon as it is ready the first time: `{ ready: true, port }`. */
export async function reportReady(readiness: Pick<Readiness, 'ready'>, port: number): Promise<void> {
  if (!process.send) return;
  while (!(await readiness.ready())) await delay(lookEvery, undefined, { ref: false });
  if (process.connected) process.send({ ready: true, port });
}
