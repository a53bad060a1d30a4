import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ControlPlane, type Delivery } from '@warren/bus';
import { Beat, names } from '@warren/protocol';
import { Commander } from '../state/commander.service.js';
import { commandOf, SystemStore } from '../state/system.store.js';
import { RosterStore } from './roster.store.js';

/** Milliseconds: an older beat tells nothing that a newer one has not told. */
const beatsLive = 10_000;

/** Reads the beats of all instances: keeps the roster, and tells the state to who has missed it. */
@Injectable()
export class Beats implements OnApplicationBootstrap {
  private readonly logger = new Logger(Beats.name);

  constructor(
    private readonly control: ControlPlane,
    private readonly roster: RosterStore,
    private readonly system: SystemStore,
    private readonly commander: Commander,
  ) {}

  onApplicationBootstrap(): void {
    void this.control.listen({ queue: names.beats, ttl: beatsLive }, (delivery) => this.hear(delivery));
  }

  private async hear({ body }: Delivery): Promise<void> {
    try {
      const beat = Beat.parse(JSON.parse(body.toString()));
      const noted = beat.leaving ? this.roster.left(beat) : this.roster.heard(beat);
      await noted.catch((error: unknown) => this.logger.debug(`The roster was not told of ${beat.instance}: ${String(error)}`));
      if (!beat.leaving) await this.tell(beat);
    } catch (error) {
      this.logger.warn(`A beat was not read: ${String(error)}`);
    }
  }

  /** How late joiners learn the state. With the database away it is the last one known, which instances ignore when they know better. */
  private async tell({ epoch, instance }: Beat): Promise<void> {
    const now = await this.system.current().catch(() => this.system.lastKnown);
    if (now && epoch < now.epoch) await this.commander.send(commandOf(now), instance);
  }
}
