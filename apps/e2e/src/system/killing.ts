import { setTimeout as delay } from 'node:timers/promises';
import { type Dice } from './dice.js';
import { type System } from './system.js';

/** Kills processes of these services, one after another, until it is told to stop. */
export class Killing {
  /** How many it has killed, by service. */
  readonly killed = new Map<string, number>();
  private readonly stopped = new AbortController();
  private readonly working: Promise<void>;

  /** @param pause milliseconds between two, at least and at the most */
  constructor(
    private readonly system: System,
    private readonly services: readonly string[],
    private readonly dice: Dice,
    private readonly pause: { least: number; most: number },
  ) {
    this.working = this.work();
  }

  /** Resolves when it has stopped. */
  async stop(): Promise<void> {
    this.stopped.abort();
    await this.working;
  }

  private async work(): Promise<void> {
    const { signal } = this.stopped;
    while (!signal.aborted) {
      this.killOne();
      await delay(this.pause.least + this.dice.below(this.pause.most - this.pause.least), undefined, { signal }).catch(() => undefined); // stopped
    }
  }

  private killOne(): void {
    const running = this.system.run.services.flatMap(({ service, process }) => (this.services.includes(service) && process ? [{ service, pid: process.pid }] : []));
    const victim = running[this.dice.below(running.length || 1)];
    if (!victim || !kill(victim.pid)) return;
    this.killed.set(victim.service, (this.killed.get(victim.service) ?? 0) + 1);
  }
}

function kill(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false; // it was ending by itself
  }
}
