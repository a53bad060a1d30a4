import { Logger } from '@nestjs/common';
import { endType, JourneyEnd, names } from '@warren/protocol';
import type { ConsumeMessage } from 'amqplib';
import { PermanentError } from '../bus.errors.js';
import { causeOf } from '../consume/cause.js';
import type { Take } from '../consume/consumer.js';
import { headOf } from '../consume/decode.js';
import type { GiveBack } from '../consume/give-back.js';
import type { DeclaredEnds, DeclaredSource } from '../consume/handlers.js';
import { persist } from '../consume/persist.js';
import { defaultPolicy, dispositionOf } from '../consume/policy.js';

/** Calls back a source at the ends of its journeys. One that throws is called again as a consumer is, by the default policy; then the end is a dead letter of its queue. */
export class SourceEnds {
  private readonly logger = new Logger('Source');
  readonly queue: string;

  constructor(
    { name }: Pick<DeclaredSource, 'name'>,
    private readonly ends: DeclaredEnds,
    private readonly giveBack: GiveBack,
  ) {
    this.queue = names.ends(name);
  }

  readonly take: Take = async (message, alive) => {
    try {
      await this.ends.method(endOf(message));
      return true;
    } catch (error) {
      return this.fail(message, error, alive);
    }
  };

  private fail(message: ConsumeMessage, thrown: unknown, alive: () => boolean): Promise<boolean> {
    const head = headOf(message, { type: endType });
    const cause = causeOf(thrown);
    const disposition = dispositionOf(thrown, head, defaultPolicy);
    this.logger.warn(`${this.queue}: journey ${head.journey}, attempt ${head.attempt}: ${cause.name}: ${cause.message}`);
    if (disposition.kind === 'dead') return persist(() => this.giveBack.dead(message, head, this.queue, cause), alive);
    return persist(async () => { await this.giveBack.retry(message, head, this.queue, disposition); }, alive); // prettier-ignore
  }
}

/** @throws PermanentError */
function endOf({ content }: ConsumeMessage): JourneyEnd {
  try {
    return JourneyEnd.parse(JSON.parse(content.toString()));
  } catch (error) {
    throw new PermanentError(`This is no end of a journey: ${String(error)}`);
  }
}
