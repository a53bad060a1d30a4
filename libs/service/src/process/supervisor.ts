import { type Readiness } from '../health/readiness.js';

const lookEvery = 50;

/** Tells the supervisor that started this process, where there is one, as soon as it is ready the first time: `{ ready: true, port }`. */
export function reportReady(readiness: Pick<Readiness, 'ready'>, port: number): void {
  if (!process.send) return;
  const timer = setInterval(() => {
    if (!readiness.ready) return;
    clearInterval(timer);
    process.send?.({ ready: true, port });
  }, lookEvery);
  timer.unref();
}
