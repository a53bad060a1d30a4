import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Optional } from '@nestjs/common';
import { Bus } from '@warren/bus';
import { Database, InjectReader } from '@warren/database';
import { Lifecycle } from '@warren/lifecycle';

/** What a service needs, and why it is not there; undefined where it is. */
export type Needs = Readonly<Record<string, string | undefined>>;

/** A database that hangs is one that is away. */
const patience = 2000;

/** Ready means connected and in the desired state. Source: protocol.md, Lifecycle. */
@Injectable()
export class Readiness {
  constructor(
    private readonly bus: Bus,
    private readonly lifecycle: Lifecycle,
    @Optional() private readonly database: Database | undefined,
    @Optional() @InjectReader() private readonly journal: Database | undefined,
  ) {}

  async needs(): Promise<Needs> {
    const [database, journal] = await Promise.all([why(this.database), why(this.journal)]);
    return {
      broker: this.bus.connected ? undefined : 'The broker is not connected.',
      state: this.lifecycle.settled ? undefined : 'The desired state is not heard of or not reached yet.',
      ...(this.database && { database }),
      ...(this.journal && { journal }),
    };
  }

  async ready(): Promise<boolean> {
    return Object.values(await this.needs()).every((reason) => reason === undefined);
  }
}

async function why(database: Database | undefined): Promise<string | undefined> {
  if (!database) return undefined;
  if (!database.ready) return 'The database is not there yet, or its migrations are not done.';
  const answer = database.ping().then(() => undefined, () => 'The database does not answer.');
  return Promise.race([answer, delay(patience, 'The database does not answer in time.', { ref: false })]);
}
