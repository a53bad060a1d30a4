import { Injectable } from '@nestjs/common';
import { type DeliveryAttempt } from '@warren/protocol';
import { Metrics } from '@warren/service';
import { Counter, Gauge, Histogram } from 'prom-client';

/** What Prometheus can see of deliveries. */
@Injectable()
export class DeliveryMetrics {
  private readonly attempts: Counter;
  private readonly seconds: Histogram;
  private readonly states: Gauge;

  constructor({ registry }: Metrics) {
    const registers = [registry];
    this.attempts = new Counter({ name: 'warren_delivery_attempts_total', help: 'Requests to targets, by what became of the message.', labelNames: ['target', 'outcome'], registers });
    this.seconds = new Histogram({ name: 'warren_delivery_seconds', help: 'From the request to its whole answer.', labelNames: ['target'], buckets: [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30], registers });
    this.states = new Gauge({ name: 'warren_target_delivering', help: '1 while a target is delivered to; 0 while it is open or disabled.', labelNames: ['target'], registers });
  }

  attempted(target: string, { outcome, ms }: Pick<DeliveryAttempt, 'outcome' | 'ms'>): void {
    this.attempts.inc({ target, outcome });
    this.seconds.observe({ target }, ms / 1_000);
  }

  /** @param delivering undefined: the target is gone. */
  target(target: string, delivering: boolean | undefined): void {
    if (delivering === undefined) this.states.remove({ target });
    else this.states.set({ target }, Number(delivering));
  }
}
