import { Injectable, Logger } from '@nestjs/common';
import { ControlPlane, UnroutableError } from '@warren/bus';
import { type Command, names } from '@warren/protocol';
import { RosterStore } from '../services/roster.store.js';

/** Sends the desired state to instances, each by name. */
@Injectable()
export class Commander {
  private readonly logger = new Logger(Commander.name);

  constructor(
    private readonly control: ControlPlane,
    private readonly roster: RosterStore,
  ) {}

  /**
   * Sends the state to one instance. What cannot be routed has no process any more, and leaves the roster at once.
   * @returns whether the broker has answered for it; false while it is away or blocks publishers.
   */
  async send(command: Command, instance: string): Promise<boolean> {
    try {
      await this.control.send({ exchange: '', key: names.control(instance), type: 'warren.command', body: command });
    } catch (error) {
      if (error instanceof UnroutableError) await this.gone(instance);
      else this.logger.warn(`${instance} was not sent epoch ${command.epoch}: ${String(error)}`);
      return error instanceof UnroutableError;
    }
    return true;
  }

  private async gone(instance: string): Promise<void> {
    this.logger.log(`${instance} is gone.`);
    await this.roster.gone(instance).catch((error: unknown) => this.logger.warn(`The roster still has ${instance}: ${String(error)}`));
  }
}
