import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { exhaustMap, type Subscription, timer } from 'rxjs';
import { RosterStore } from '../services/roster.store.js';
import { Commander } from './commander.service.js';
import { QuietService } from './quiet.service.js';
import { commandOf, type Desired, SystemStore } from './system.store.js';
import { leftOver } from './transition.plan.js';
import { TransitionService } from './transition.service.js';

/** Milliseconds. */
const lookEvery = 2000;
/** Three beats, in milliseconds: then it is asked whether the instance's queue is still there. */
const silence = 6000;

/** What must happen without anybody asking: the first INIT, what a gateway that died left unfinished, a pause that becomes quiet late, instances that died. */
@Injectable()
export class Caretaker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger(Caretaker.name);
  private looks: Subscription | undefined;

  constructor(
    private readonly system: SystemStore,
    private readonly transitions: TransitionService,
    private readonly roster: RosterStore,
    private readonly commander: Commander,
    private readonly quiet: QuietService,
  ) {}

  onApplicationBootstrap(): void {
    this.looks = timer(0, lookEvery).pipe(exhaustMap(() => this.look())).subscribe();
  }

  beforeApplicationShutdown(): void {
    this.looks?.unsubscribe();
  }

  private async look(): Promise<void> {
    try {
      const now = await this.system.current();
      if (leftOver(now)) await this.carryOn();
      await this.watchPause(now);
      await this.findDead(now);
    } catch (error) {
      this.logger.debug(`Nothing was looked after: ${String(error)}`);
    }
  }

  private async carryOn(): Promise<void> {
    await this.transitions.carryOn('warren').catch((error: unknown) => this.logger.warn(error instanceof Error ? error.message : error));
  }

  private async watchPause(now: Desired): Promise<void> {
    const transition = now.state === 'PAUSED' ? await this.system.transition(now.transition) : undefined;
    if (!transition || transition.quietAt || !(await this.system.shown()).converged) return;
    const { quietAt } = await this.quiet.wait(Date.now() + lookEvery);
    if (quietAt) await this.system.becameQuiet(transition.id, quietAt);
  }

  /** A command to an instance that died comes back, and takes it off the roster. */
  private async findDead(now: Desired): Promise<void> {
    for (const instance of await this.roster.silent(silence)) await this.commander.send(commandOf(now), instance);
  }
}
