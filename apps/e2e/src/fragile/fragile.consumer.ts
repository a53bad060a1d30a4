import { setTimeout as delay } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { exponential, OnMessage, PermanentError, RetryAfterError, type Received } from '@warren/bus';
import { type Plan, fragile } from './contracts.js';
import { Entries, type Entry } from './entries.js';
import { fragileConfig } from './fragile.config.js';

type Message = Received<typeof fragile.listed> | Received<typeof fragile.growing>;

class PassingError extends Error {
  override name = 'PassingError';
}

/** Fails as each message says, and writes down what happens. */
@Injectable()
export class FragileConsumer {
  private readonly entries: Entries;

  constructor(@Inject(fragileConfig.KEY) config: ConfigType<typeof fragileConfig>) {
    this.entries = new Entries(config.entries);
  }

  @OnMessage(fragile.listed, { queue: 'fragile.listed', concurrency: 20, policy: { attempts: 4, delays: [150, 500, 1_100] } })
  async takeListed(message: Received<typeof fragile.listed>) {
    return this.take(message, 'fragile.listed');
  }

  @OnMessage(fragile.growing, { queue: 'fragile.growing', concurrency: 20, policy: { attempts: 5, delays: exponential({ first: 100, factor: 3, most: 1_500 }) } })
  async takeGrowing(message: Received<typeof fragile.growing>) {
    return this.take(message, 'fragile.growing');
  }

  private async take(message: Message, queue: string) {
    const { id, attempt, redrive, payload: { n, plan } } = message; // prettier-ignore
    const write = (what: Entry['what']) => this.entries.add({ what, id, queue, n, attempt, redrive });
    write('begun');
    try {
      await follow(plan, message);
    } catch (error) {
      write('failed');
      throw error;
    }
    write('handled');
    return fragile.done({ n, redrive });
  }
}

async function follow(plan: Plan, { attempt, redrive }: Message): Promise<void> {
  if ('mended' in plan && plan.mended !== undefined && redrive >= plan.mended) return;
  if (plan.kind === 'slow') await delay(plan.takes);
  if (plan.kind === 'passing' && attempt <= plan.times) throw new PassingError(`Attempt ${attempt} of ${plan.times} that fail`);
  if (plan.kind === 'busy' && attempt <= plan.times) throw new RetryAfterError(`Busy for ${plan.retryAfter} ms`, plan.retryAfter);
  if (plan.kind === 'permanent') throw attempt <= plan.after ? new PassingError(`Attempt ${attempt} before the last`) : new PermanentError('Never again');
  if (plan.kind === 'poison') process.kill(process.pid, 'SIGKILL');
}
