import { Injectable } from '@nestjs/common';
import { Bus, Publisher } from '@warren/bus';
import { Lifecycle } from '@warren/lifecycle';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { InjectIdentity, type Identity } from '../identity.js';

/** The service's own registry: the process's default metrics and Warren's. */
@Injectable()
export class Metrics {
  readonly registry = new Registry();
  private readonly requests = new Counter({
    name: 'warren_http_requests_total',
    help: 'HTTP requests answered.',
    labelNames: ['method', 'status'],
    registers: [this.registry],
  });

  constructor(
    @InjectIdentity() identity: Identity,
    private readonly lifecycle: Lifecycle,
    bus: Bus,
    publisher: Publisher,
  ) {
    this.registry.setDefaultLabels({ service: identity.service, instance: identity.instance });
    collectDefaultMetrics({ register: this.registry });
    this.total('warren_messages_handled_total', 'Messages handled by the consumers.', () => bus.handled);
    this.total('warren_messages_published_total', 'Messages that the broker confirmed.', () => publisher.published);
    this.gauge('warren_state_epoch', 'Epoch of the state that this instance is in; 0 before it heard one.', () => lifecycle.command?.epoch ?? 0);
    this.gauge('warren_broker_connected', '1 while the broker is connected.', () => Number(bus.connected));
  }

  countRequest(method: string, status: number): void {
    this.lifecycle.countRequest();
    this.requests.inc({ method, status });
  }

  private total(name: string, help: string, read: () => number): void {
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(read());
    };
    new Counter({ name, help, registers: [this.registry], collect });
  }

  private gauge(name: string, help: string, read: () => number): void {
    const collect = function (this: Gauge): void {
      this.set(read());
    };
    new Gauge({ name, help, registers: [this.registry], collect });
  }
}
