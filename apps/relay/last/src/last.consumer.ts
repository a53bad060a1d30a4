import { Injectable, Logger } from '@nestjs/common';
import { OnMessage, type Received } from '@warren/bus';
import { relay } from '@warren/contracts';
import { FinishedStore } from './finished.store.js';
import { lineOf } from './line.js';

/** While the database is away: hours, not minutes. */
const policy = { attempts: 1_000, delays: [1_000, 5_000, 30_000] };

/**
 * Logs each finished message once, in one line. Messages may come twice and a line cannot be taken back, so what was logged is known by the message's id.
 * Only where last itself dies between a line and storing it is that message's line there twice, with one broker_message_id; none is ever missing.
 */
@Injectable()
export class LastConsumer {
  private readonly logger = new Logger('Finished');

  constructor(private readonly finished: FinishedStore) {}

  @OnMessage(relay.finished, { queue: 'relay.last', concurrency: 10, policy })
  async finish({ id, payload }: Received<typeof relay.finished>): Promise<void> {
    const at = new Date();
    await this.finished.once(id, at, () => this.logger.log(lineOf(id, payload, at)));
  }
}
