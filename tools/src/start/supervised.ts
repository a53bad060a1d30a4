import { setTimeout as delay } from 'node:timers/promises';
import { reason } from '../terminal/refusal.js';
import { type Running, type Task } from './running.js';

export interface Patience {
  /** Wait before the first new start, in milliseconds; doubled for each further one. */
  first: number;
  /** Short enough that what needs a few tries, as a Postgres whose old backends still end, is back within seconds. */
  longest: number;
  /** Starts in a row that may fail. */
  failures: number;
  /** A process that was ready for so many milliseconds has not failed: its end counts from the beginning. */
  healthy: number;
}

export const patience: Patience = { first: 250, longest: 2_000, failures: 20, healthy: 3_000 };

/** Hears what happens to a task. */
export interface Listener {
  /** A line for people. */
  report(line: string): void;
  /** Its process is another, or has become ready. */
  changed(): void;
}

/** Keeps a task running: what ends is started again, later each time; what fails again and again is given up with a line. */
export class Supervised {
  private running: Running | undefined;
  private failures = 0;
  private readonly stopping = new AbortController();
  private watching: Promise<void> = Promise.resolve();

  constructor(
    readonly task: Task,
    private readonly listener: Listener,
    private readonly limits = patience,
  ) {}

  get pid(): number | undefined {
    return this.running?.pid;
  }

  private get stopped(): boolean {
    return this.stopping.signal.aborted;
  }

  /** Starts for the first time: resolves when it is ready. @throws when it cannot, as a first start is not tried again. */
  async start(): Promise<void> {
    const first = this.launch();
    this.watching = first.then((running) => this.watch(running)).catch(() => undefined);
    await first;
  }

  /** Ends the task and does not start it again. */
  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running?.stop();
    await this.watching;
  }

  async kill(): Promise<void> {
    this.stopping.abort();
    await this.running?.kill();
  }

  private async watch(first: Running): Promise<void> {
    let running: Running | undefined = first;
    while (running) {
      const since = performance.now();
      const end = await running.ended;
      if (this.stopped) return;
      if (performance.now() - since > this.limits.healthy) this.failures = 0;
      running = await this.again(end);
    }
  }

  /** Resolves with the new process once it is ready; undefined when it was given up or stopped. */
  private async again(end: string): Promise<Running | undefined> {
    for (let why = end; this.failures < this.limits.failures; ) {
      const wait = Math.min(this.limits.first * 2 ** this.failures++, this.limits.longest);
      this.listener.report(`${this.task.name} ended (${why}): it is started again in ${wait / 1000} s`);
      try {
        await delay(wait, undefined, { signal: this.stopping.signal });
        const running = await this.launch();
        this.listener.report(`${this.task.name} is ready again`);
        return running;
      } catch (error) {
        if (this.stopped) return undefined;
        why = reason(error);
      }
    }
    this.listener.report(`${this.task.name} ended (${end}) ${this.failures} times in a row and is given up: mend it, then start Warren again.`);
    return undefined;
  }

  private async launch(): Promise<Running> {
    this.running = await this.task.start();
    if (this.stopped) await this.running.stop();
    this.listener.changed();
    await becomesReady(this.running);
    this.listener.changed();
    return this.running;
  }
}

async function becomesReady(running: Running): Promise<void> {
  const end = await Promise.race([running.ready, running.ended]);
  if (end !== undefined) throw new Error(end);
}
