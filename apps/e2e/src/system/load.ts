import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Ledger, type Verdict } from '@warren/testing';
import { type System } from './system.js';

/** Milliseconds between two publishes. */
const pace = 100;

/** Publishes through the gateway for as long as it runs, and keeps the ledger of what it was told is accepted. */
export class Load {
  private readonly ledger: Ledger;
  private readonly stopping = new AbortController();
  private readonly running: Promise<void>;

  constructor(private readonly system: System) {
    this.ledger = new Ledger(join(system.folder, 'load.ledger'));
    this.running = this.publish();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.running;
  }

  /** @param answered what imed has answered to, by the message log. */
  verdict(answered: readonly string[]): Verdict {
    for (const text of answered) this.ledger.seen(text, 'signal.imed');
    this.ledger.close();
    return this.ledger.verdict();
  }

  private async publish(): Promise<void> {
    for (let n = 1; !this.stopping.signal.aborted; n += 1) {
      if (await this.accepted(`load-${n}`)) this.ledger.accepted(`load-${n}`);
      await delay(pace);
    }
  }

  /** A gateway that is being killed, or cannot reach the broker, accepts nothing. */
  private async accepted(text: string): Promise<boolean> {
    const init = { method: 'POST', body: JSON.stringify({ text }), headers: { 'content-type': 'application/json' } };
    const answer = await this.system.request('/api/v1/flows/signal/original', init).catch(() => undefined);
    return answer?.status === 202;
  }
}
