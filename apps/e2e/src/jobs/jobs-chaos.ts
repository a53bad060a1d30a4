import { setTimeout as delay } from 'node:timers/promises';
import { waitFor, type PrivateRedis } from '@warren/testing';
import { type Dice } from '../system/dice.js';
import { type System } from '../system/system.js';

/** How often each is killed. */
const kills = { 'jobs-sender': 2, 'jobs-receiver': 4, Postgres: 1, 'the broker': 1, Redis: 2 } as const;
type Victim = keyof typeof kills;
const healing = 60_000;

/** Kills -9, one after another at random, all that a job passes through. */
export class JobsChaos {
  /** How many were killed. */
  killed = 0;

  constructor(private readonly system: System, private readonly redis: PrivateRedis, private readonly dice: Dice) {}

  async run(): Promise<void> {
    const victims = Object.entries(kills).flatMap(([name, times]) => Array.from({ length: times }, () => name as Victim));
    for (const victim of this.dice.shuffled(victims)) {
      await delay(500 + this.dice.below(2_000));
      await this.kill(victim);
      this.killed += 1;
    }
  }

  private async kill(victim: Victim): Promise<void> {
    if (victim === 'Redis') {
      await this.redis.kill();
      await this.redis.restart();
      return;
    }
    process.kill(await waitFor(() => this.pidOf(victim), { timeout: healing, what: `a process of ${victim}` }), 'SIGKILL');
  }

  private pidOf(victim: Exclude<Victim, 'Redis'>): number | undefined {
    const { broker, database, services } = this.system.run;
    if (victim === 'the broker') return broker.processes[0]?.pid;
    if (victim === 'Postgres') return database.processes[0]?.pid;
    const running = services.flatMap(({ service, process }) => (service === victim && process ? [process.pid] : []));
    return running[this.dice.below(running.length || 1)];
  }
}
