import { Injectable, Optional } from '@nestjs/common';
import { Bus } from '@warren/bus';
import { Database } from '@warren/database';
import { Lifecycle } from '@warren/lifecycle';

/** What a service needs, and why it is not there; undefined where it is. */
export type Needs = Readonly<Record<string, string | undefined>>;

/** Ready means connected and in the desired state. Source: protocol.md, Lifecycle. */
@Injectable()
export class Readiness {
  constructor(
    private readonly bus: Bus,
    private readonly lifecycle: Lifecycle,
    @Optional() private readonly database: Database | undefined,
  ) {}

  needs(): Needs {
    return {
      broker: this.bus.connected ? undefined : 'The broker is not connected.',
      state: this.lifecycle.settled ? undefined : 'The desired state is not heard of or not reached yet.',
      ...(this.database && { database: this.database.ready ? undefined : 'The database is not reachable or its migrations are not done.' }),
    };
  }

  get ready(): boolean {
    return Object.values(this.needs()).every((reason) => reason === undefined);
  }
}
