import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@warren/testing';
import { monotonic } from '../fragile/entries.js';
import { type Dice } from '../system/dice.js';
import { type Place } from '../system/place.js';
import { type System } from '../system/system.js';
import { type Outage } from './waits.js';

/** How often each is killed. */
const kills = { 'a consumer': 6, 'the observer': 3, 'the gateway': 2, Postgres: 2, 'the broker': 2 } as const;
type Victim = keyof typeof kills;
const healing = 60_000;

/** Kills -9, one after another at random, all that a message passes through. */
export class Chaos {
  /** When the broker was away, until the system had converged again. */
  readonly outages: Outage[] = [];

  constructor(private readonly system: System, private readonly consumers: readonly Place[], private readonly dice: Dice) {}

  async run(): Promise<void> {
    const victims = Object.entries(kills).flatMap(([name, times]) => Array.from({ length: times }, () => name as Victim));
    for (const victim of this.dice.shuffled(victims)) {
      await delay(500 + this.dice.below(4_000));
      await this.kill(victim);
    }
  }

  private async kill(victim: Victim): Promise<void> {
    const pid = await waitFor(() => this.pidOf(victim), { timeout: healing, what: `a process of ${victim}` });
    const from = monotonic();
    process.kill(pid, 'SIGKILL');
    if (victim !== 'the broker') return;
    const again = async () => this.pidOf(victim) !== pid && (await this.system.state()).converged;
    await waitFor(again, { timeout: healing, interval: 100, what: 'the return of the broker' });
    this.outages.push({ from, to: monotonic() });
  }

  private pidOf(victim: Victim): number | undefined {
    const { broker, database } = this.system.run;
    if (victim === 'a consumer') return this.consumers[this.dice.below(this.consumers.length)]?.pid;
    if (victim === 'the broker') return broker.processes[0]?.pid;
    if (victim === 'Postgres') return database.processes[0]?.pid;
    return this.system.pid(victim.replace('the ', ''));
  }
}
