import { Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { ControlPlane } from '@warren/bus';
import { names } from '@warren/protocol';
import { type Identity, InjectIdentity } from '@warren/service';

/**
 * Counts what the broker drops of the journal's backlog. Each gateway gets all of it, and counts while it runs: a queue that keeps it for one that does not would be
 * the backlog again.
 */
@Injectable()
export class Drops implements OnApplicationBootstrap {
  /** Messages and reports since the start. */
  count = 0;

  constructor(
    private readonly control: ControlPlane,
    @InjectIdentity() private readonly identity: Identity,
  ) {}

  onApplicationBootstrap(): void {
    const bindings = [{ exchange: names.dropped, kind: 'fanout', key: '' } as const];
    void this.control.listen({ queue: names.drops(this.identity.instance), exclusive: true, bindings }, () => {
      this.count += 1;
      return Promise.resolve();
    });
  }
}
