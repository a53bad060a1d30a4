import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Database } from '@warren/database';
import { newId, refusal, type State, type Transition } from '@warren/protocol';
import { ProblemError } from '@warren/service';
import { inTime } from '../database-away.js';
import { gatewayConfig } from '../gateway.config.js';
import { type Agreement, AgreementService } from './agreement.service.js';
import { type Quiet, QuietService } from './quiet.service.js';
import { type Asked, commandOf, type Desired, SystemStore } from './system.store.js';
import { databaseAwayProblem, refusedProblem, SupersededError, unconfirmedProblem } from './transition.errors.js';
import { leftOver, planFor, type Step } from './transition.plan.js';

const lockKey = 'warren.transition';

/** What came of a step. */
interface Reached {
  agreement: Agreement;
  /** Only of steps that wait for it. */
  quiet?: Quiet;
}

/** Moves the whole system from state to state, one transition at a time over all gateways. */
@Injectable()
export class TransitionService {
  private readonly logger = new Logger(TransitionService.name);
  private queue: Promise<unknown> = Promise.resolve();

  constructor(
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
    private readonly database: Database,
    private readonly system: SystemStore,
    private readonly agreements: AgreementService,
    private readonly quiet: QuietService,
  ) {}

  /**
   * Moves the system to a state; resolves when every service on the roster has confirmed.
   * @throws ProblemError 409 when no way leads there, 503 when the database is away, 504 when not all confirmed before the deadline.
   */
  async change(to: State, by: string): Promise<Transition> {
    try {
      const at = await inTime(this.system.now());
      return await this.inTurn(() => this.locked({ to, by, at }));
    } catch (error) {
      throw await this.explained(error);
    }
  }

  /** Does what is left over; nothing when there is nothing, or when another gateway is at it. @throws as change() */
  async carryOn(by: string): Promise<void> {
    await this.database.withAdvisoryLock(lockKey, async (lost) => {
      const before = await this.system.current();
      const to = leftOver(before);
      if (to) await this.walk(before, { to, by, at: await this.system.now() }, lost);
    }, { wait: false }); // prettier-ignore
  }

  /** One of this gateway at a time waits for the lock: each that waits holds a connection. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.queue.then(work);
    this.queue = turn.catch(() => undefined);
    return turn;
  }

  private async locked(asked: Asked): Promise<Transition> {
    const transition = await this.database.withAdvisoryLock(lockKey, (lost) => this.perform(asked, lost), { wait: true });
    if (!transition) throw new SupersededError();
    return transition;
  }

  private async perform(asked: Asked, lost: AbortSignal): Promise<Transition> {
    const before = await this.system.current();
    const refused = refusal(before.state, asked.to);
    if (refused) throw refusedProblem(refused);
    const joined = await this.joined(before, asked);
    return joined ? this.answer(joined) : this.walk(before, asked, lost);
  }

  /** An INIT that was asked for during another is that other one. */
  private async joined({ transition }: Desired, { to, at }: Asked): Promise<Transition | undefined> {
    if (to !== 'INIT' || !(await this.system.wasFinishedAfter(transition, at))) return undefined;
    const last = await this.system.transition(transition);
    return last?.to === 'INIT' ? last : undefined;
  }

  private async walk(before: Desired, asked: Asked, lost: AbortSignal): Promise<Transition> {
    const start = Date.now();
    const { again, steps } = planFor(before, asked.to);
    const known = again ? before.transition : null;
    const id = known ?? newId();
    const walked: Reached[] = [];
    let now = before;
    for (const step of steps) {
      const standing = known !== null && walked.length === 0;
      if (!standing) now = await this.system.decide(now, step, { ...asked, id });
      walked.push(await this.reach(now, step, start + this.config.deadline * step.until, lost));
    }
    return this.finish(id, walked);
  }

  private async reach(now: Desired, step: Step, deadline: number, lost: AbortSignal): Promise<Reached> {
    const agreement = await this.agreements.reach(commandOf(now), deadline, lost);
    const settled = agreement.confirmedAt !== null; // sources that have not confirmed may still publish
    return { agreement, quiet: step.quiet ? await this.quiet.wait(settled ? deadline : 0, lost) : undefined };
  }

  /** Writes down what came of it, then answers it. */
  private async finish(id: string, walked: readonly Reached[]): Promise<Transition> {
    const { entries = [], confirmedAt = null, undelivered = 0 } = walked.at(-1)?.agreement ?? {};
    const quiet = walked.find((reached) => reached.quiet)?.quiet;
    const found = quiet && { quiet: quiet.quietAt !== null, quietAt: quiet.quietAt, open: quiet.open };
    return this.answer(await this.system.finish(id, { entries, confirmedAt, ...found }), undelivered > 0);
  }

  private answer(transition: Transition, brokerAway = false): Transition {
    if (transition.confirmedAt) return transition;
    throw unconfirmedProblem(transition, this.config.deadline, brokerAway);
  }

  private async explained(error: unknown): Promise<unknown> {
    if (error instanceof ProblemError) return error;
    this.logger.warn(`A transition was broken off: ${String(error)}`);
    const isThere = await inTime(this.database.ping()).then(() => true, () => false);
    return isThere && !(error instanceof SupersededError) ? error : databaseAwayProblem();
  }
}
