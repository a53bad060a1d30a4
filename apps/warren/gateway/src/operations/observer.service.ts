import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { ControlPlane, UnroutableError } from '@warren/bus';
import { Database, InjectReader } from '@warren/database';
import { names, type ObserverRequest } from '@warren/protocol';
import { failpoint } from '@warren/service';
import { inTime, orAway } from '../database-away.js';
import { journalAway } from '../flows/flows.store.js';
import { gatewayConfig } from '../gateway.config.js';
import { type AnswerRow, type JournalViews } from '../journal.views.js';
import { noQueue, notAnswered, notConfirmed, refused } from './observer.errors.js';

/** Milliseconds between two looks for an answer. */
const lookEvery = 25;

type Answer = Pick<AnswerRow, 'refusal'>;

/** Asks the observer for what operators want done to dead letters, and waits for its answer. */
@Injectable()
export class ObserverService {
  private readonly logger = new Logger(ObserverService.name);

  constructor(
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
    private readonly control: ControlPlane,
    @InjectReader() private readonly journal: Database<JournalViews>,
  ) {}

  /**
   * Resolves when the observer has done it, now or when it was asked the same before.
   * @throws ProblemError as the observer refuses it; 503 when the journal cannot be read (nothing is asked then), the broker does not confirm, or nobody answers in time.
   */
  async ask(request: ObserverRequest): Promise<void> {
    const before = await orAway(this.look(request.id), journalAway);
    failpoint(`${request.kind}.checked`);
    const answer = before ?? (await this.sendAndWait(request, Date.now() + this.config.answerDeadline));
    failpoint(`${request.kind}.answered`);
    if (!answer) throw notAnswered(request.id, this.config.answerDeadline);
    if (answer.refusal) throw refused(answer.refusal);
  }

  private async sendAndWait(request: ObserverRequest, deadline: number): Promise<Answer | undefined> {
    await this.send(request, deadline);
    failpoint(`${request.kind}.requested`);
    for (;;) {
      const answer = await inTime(this.look(request.id)).catch((error: unknown) => this.logger.debug(`No answer could be read: ${String(error)}`));
      if (answer || Date.now() >= deadline) return answer ?? undefined;
      await delay(lookEvery);
    }
  }

  private look(id: string): Promise<Answer | undefined> {
    return this.journal.kysely.selectFrom('answers').select('refusal').where('id', '=', id).executeTakeFirst();
  }

  /** A broker that is away is waited for longer than a caller waits; what it confirms after that is done all the same. */
  private async send(request: ObserverRequest, deadline: number): Promise<void> {
    const sent = this.control.send({ exchange: '', key: names.requests, type: 'warren.request', body: request });
    const late = delay(deadline - Date.now(), undefined, { ref: false }).then(() => Promise.reject(new Error('The broker does not confirm in time.')));
    await Promise.race([sent, late]).catch((error: unknown) => {
      this.logger.warn(`Request ${request.id} was not confirmed: ${String(error)}`);
      throw error instanceof UnroutableError ? noQueue() : notConfirmed(request.id);
    });
  }
}
