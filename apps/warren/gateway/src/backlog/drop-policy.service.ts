import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { names } from '@warren/protocol';
import { gatewayConfig } from '../gateway.config.js';
import { ManagementApi } from '../statistics/management-api.service.js';

/** The policy's name on the broker. */
export const dropPolicy = 'warren-journal';

/** The broker's rule to drop the oldest of a full backlog: a policy, as it can be changed while the queue is there. Source: docs/adr/0008. */
@Injectable()
export class DropPolicy {
  private readonly logger = new Logger(DropPolicy.name);
  private readonly path: string;
  private refusal: string | undefined;

  constructor(
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
    private readonly management: ManagementApi,
  ) {
    this.path = `api/policies/${encodeURIComponent(config.vhost)}/${dropPolicy}`;
  }

  /** Sees that the broker has the rule where it is wanted, and has none where it is not. Never throws; a refusal is logged once. */
  async keep(): Promise<void> {
    try {
      await (this.config.whenFull === 'drop' ? this.management.put(this.path, this.policy) : this.management.delete(this.path));
      this.refusal = undefined;
    } catch (error) {
      this.refused(String(error));
    }
  }

  private get policy(): object {
    const definition = { 'max-length-bytes': this.config.backlogLimit, overflow: 'drop-head', 'dead-letter-exchange': names.dropped };
    return { pattern: `^${names.journal.replaceAll('.', String.raw`\.`)}$`, 'apply-to': 'queues', definition };
  }

  private refused(refusal: string): void {
    if (refusal === this.refusal) return;
    this.refusal = refusal;
    const [action, instead] = this.config.whenFull === 'drop' ? ['made', 'a full backlog pauses the system'] : ['removed', 'the broker may drop what waits to be journalled'];
    this.logger.error(`The broker's policy "${dropPolicy}" could not be ${action}, so ${instead}: the login of AMQP_MANAGEMENT_URL needs the tag policymaker. ${refusal}`);
  }
}
