import { setTimeout as delay } from 'node:timers/promises';
import { type Readiness } from '../health/readiness.js';

const lookEvery = 50;

/** To the supervisor that started this process with an IPC channel; nobody where there is none, or it is gone. */
export const tellSupervisor = (message: object): void => {
  if (process.connected) process.send?.(message);
};

/** Tells, as soon as the service is ready the first time: `{ ready: true, port }`. */
export async function reportReady(readiness: Pick<Readiness, 'ready'>, port: number, tell: (message: object) => void): Promise<void> {
  while (!(await readiness.ready())) await delay(lookEvery, undefined, { ref: false });
  tell({ ready: true, port });
}
