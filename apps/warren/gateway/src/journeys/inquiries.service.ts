import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { ControlPlane, type Delivery } from '@warren/bus';
import { type Inquiry, InquiryAnswer, inquiryTypes, names, newId } from '@warren/protocol';
import { InjectIdentity, type Identity } from '@warren/service';
import { type Held } from './journey.mapper.js';

/** Milliseconds that instances have to answer. */
const patience = 300;

interface Asked {
  missing: Set<string>;
  hands: Held[];
  answered: () => void;
}

/** Asks instances what they have in hand. Source: docs/protocol.md, Journeys. */
@Injectable()
export class Inquiries implements OnApplicationBootstrap {
  private readonly logger = new Logger(Inquiries.name);
  private readonly asked = new Map<string, Asked>();
  private readonly reply: string;

  constructor(
    private readonly control: ControlPlane,
    @InjectIdentity() { instance }: Identity,
  ) {
    this.reply = names.answers(instance);
  }

  onApplicationBootstrap(): void {
    void this.control.listen({ queue: this.reply, exclusive: true }, (delivery) => this.hear(delivery));
  }

  /** What those instances have in hand of it, as far as they answer in time. */
  async ask(instances: readonly string[], about: Pick<Inquiry, 'journeys' | 'digests'>): Promise<Held[]> {
    if (instances.length === 0) return [];
    const inquiry: Inquiry = { id: newId(), reply: this.reply, ...about };
    const { promise, resolve } = Promise.withResolvers<undefined>();
    const asked: Asked = { missing: new Set(instances), hands: [], answered: () => resolve(undefined) };
    this.asked.set(inquiry.id, asked);
    for (const instance of instances) void this.send(inquiry, instance, asked);
    await Promise.race([promise, delay(patience)]);
    this.asked.delete(inquiry.id);
    return asked.hands;
  }

  /** Who cannot be reached has nothing in hand, or is not heard in time. */
  private async send(inquiry: Inquiry, instance: string, asked: Asked): Promise<void> {
    await this.control.send({ exchange: '', key: names.control(instance), type: inquiryTypes.inquiry, body: inquiry }).catch((error: unknown) => {
      this.logger.debug(`${instance} was not asked: ${String(error)}`);
      settle(asked, instance);
    });
  }

  private hear({ body }: Delivery): Promise<void> {
    const answer = InquiryAnswer.safeParse(JSON.parse(body.toString()));
    if (!answer.success) this.logger.warn(`This is no answer to an inquiry: ${answer.error.message}`);
    const { id, instance, hands } = answer.data ?? { id: '', instance: '', hands: [] };
    const asked = this.asked.get(id);
    asked?.hands.push(...hands.map((hand) => ({ ...hand, instance })));
    if (asked) settle(asked, instance);
    return Promise.resolve();
  }
}

function settle({ missing, answered }: Asked, instance: string): void {
  missing.delete(instance);
  if (missing.size === 0) answered();
}
