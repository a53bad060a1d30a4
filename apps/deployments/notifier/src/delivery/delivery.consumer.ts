import { Injectable } from '@nestjs/common';
import { OnMessage, type Received } from '@warren/bus';
import { deployments } from '@warren/contracts';
import { RunningTargets } from '../targets/running-targets.service.js';

/** Delivers releases: each target has a queue, and its messages one after another or so many at a time as the file says. */
@Injectable()
export class DeliveryConsumer {
  constructor(private readonly targets: RunningTargets) {}

  @OnMessage(deployments.released, { queues: 'deployments.*' })
  deliver(message: Received<typeof deployments.released>): Promise<void> {
    return this.targets.ofQueue(message.queue).deliver(message);
  }
}
