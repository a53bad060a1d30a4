import { Injectable } from '@nestjs/common';
import { type SystemState } from '@warren/protocol';
import { ProblemError } from '@warren/service';
import { databaseAway, inTime } from '../database-away.js';
import { SystemStore } from './system.store.js';

/** Shows the state; while the database is away the last one that this gateway has read, with its age. */
@Injectable()
export class StateService {
  private last: { state: SystemState; at: number } | undefined;

  constructor(private readonly system: SystemStore) {}

  /** @throws ProblemError 503 when the database is away and nothing was read before. */
  async show(): Promise<SystemState> {
    const fresh = await inTime(this.system.shown()).catch(() => undefined);
    if (fresh) this.last = { state: fresh, at: Date.now() };
    if (!this.last) throw new ProblemError(503, databaseAway, { 'Retry-After': '5' });
    return { ...this.last.state, age: fresh ? 0 : (Date.now() - this.last.at) / 1000 };
  }
}
