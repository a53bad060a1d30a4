import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { type SystemState } from '@warren/protocol';
import { ProblemError } from '@warren/service';
import { SystemStore } from './system.store.js';

/** Milliseconds: a database that hangs is one that is away. */
const patience = 2000;

/** Shows the state; while the database is away the last one that this gateway has read, with its age. */
@Injectable()
export class StateService {
  private last: { state: SystemState; at: number } | undefined;

  constructor(private readonly system: SystemStore) {}

  /** @throws ProblemError 503 when the database is away and nothing was read before. */
  async show(): Promise<SystemState> {
    const read = this.system.shown().then((state) => (this.last = { state, at: Date.now() }), () => undefined);
    const fresh = await Promise.race([read, delay(patience, undefined, { ref: false })]);
    if (fresh) return fresh.state;
    if (this.last) return { ...this.last.state, age: (Date.now() - this.last.at) / 1000 };
    throw new ProblemError(503, { code: 'database-away', detail: 'The database does not answer, and this gateway has not read the state yet.' }, { 'Retry-After': '5' });
  }
}
