import { Injectable } from '@nestjs/common';
import { type Command, type TransitionEntry } from '@warren/protocol';
import { firstValueFrom, merge, timer } from 'rxjs';
import { type Member, RosterStore } from '../services/roster.store.js';
import { Commander } from './commander.service.js';
import { Confirmations } from './confirmations.service.js';

/** Milliseconds after which an instance that has not confirmed is sent the command again. */
const resendEvery = 1000;
/** Milliseconds after which the roster is read again, for who came and who went. */
const lookEvery = 200;

export interface Agreement {
  entries: TransitionEntry[];
  /** When all had confirmed; null when the deadline came first. */
  confirmedAt: string | null;
  /** Commands that the broker has not taken: it is away or blocks publishers. */
  undelivered: number;
}

/** Brings every instance on the roster to a command, and tells who has confirmed it. */
@Injectable()
export class AgreementService {
  constructor(
    private readonly roster: RosterStore,
    private readonly commander: Commander,
    private readonly confirmations: Confirmations,
  ) {}

  /** Resolves when all have confirmed, or at the deadline (milliseconds since the epoch). @throws when the database is away or the lock is lost. */
  async reach(command: Command, deadline: number, lost: AbortSignal): Promise<Agreement> {
    const confirmedAt = new Map<string, string>();
    const sent = new Sent(this.commander, command);
    const hearing = this.confirmations.heard.subscribe(({ epoch, instance, at }) => epoch === command.epoch && confirmedAt.set(instance, at));
    try {
      for (;;) {
        lost.throwIfAborted();
        const entries = entriesOf(await this.roster.members(), confirmedAt);
        const missing = entries.filter((entry) => !entry.confirmedAt);
        if (missing.length === 0 || Date.now() >= deadline) {
          await this.roster.confirmed(command.epoch, [...confirmedAt.keys()]);
          return { entries, confirmedAt: missing.length === 0 ? new Date().toISOString() : null, undelivered: sent.undelivered };
        }
        sent.to(missing.flatMap(({ instance }) => instance ?? []));
        await firstValueFrom(merge(this.confirmations.heard, timer(Math.min(lookEvery, Math.max(0, deadline - Date.now())))));
      }
    } finally {
      hearing.unsubscribe();
    }
  }
}

/** Who was sent the command, when, and whether the broker took it. */
class Sent {
  undelivered = 0;
  private readonly at = new Map<string, number>();

  constructor(
    private readonly commander: Commander,
    private readonly command: Command,
  ) {}

  /** Sends it to those that were not sent it lately. Does not wait: a broker that blocks would hold the answer up. */
  to(instances: readonly string[]): void {
    const now = Date.now();
    for (const instance of instances.filter((one) => now - (this.at.get(one) ?? 0) >= resendEvery)) {
      this.at.set(instance, now);
      this.undelivered += 1;
      void this.commander.send(this.command, instance).then((taken) => (this.undelivered -= taken ? 1 : 0));
    }
  }
}

const entriesOf = (members: readonly Member[], confirmedAt: ReadonlyMap<string, string>): TransitionEntry[] =>
  members.flatMap(({ service, instances }): TransitionEntry[] =>
    instances.length === 0
      ? [{ service, instance: null, confirmedAt: null }]
      : instances.map((instance) => ({ service, instance, confirmedAt: confirmedAt.get(instance) ?? null })),
  );
