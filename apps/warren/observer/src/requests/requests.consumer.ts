import { Injectable, Logger } from '@nestjs/common';
import { OnBatch, type Delivery, type Refused } from '@warren/bus';
import { names, ObserverRequest } from '@warren/protocol';
import { failpoint } from '@warren/service';
import { z } from 'zod';
import { OperationsRunner } from '../operations/operations.runner.js';
import { Requests } from './requests.service.js';

/** Does what operators ask, one request after another. */
@Injectable()
export class RequestsConsumer {
  private readonly logger = new Logger('Requests');

  constructor(
    private readonly requests: Requests,
    private readonly runner: OperationsRunner,
  ) {}

  @OnBatch({ queue: names.requests, size: 20, detach: 'last' })
  async take(deliveries: Delivery[]): Promise<readonly Refused[]> {
    const refused: Refused[] = [];
    for (const delivery of deliveries) {
      const { request, problem = '' } = readRequest(delivery);
      if (request) await this.perform(request);
      else refused.push(this.refuse(delivery, problem));
    }
    return refused;
  }

  private async perform(request: ObserverRequest): Promise<void> {
    await this.requests.perform(request);
    failpoint('request.stored');
    this.runner.nudge();
  }

  private refuse(delivery: Delivery, message: string): Refused {
    this.logger.error(`A request of an operator cannot be read, it is a dead letter. ${message}`);
    return { delivery, cause: { name: 'RequestError', message } };
  }
}

/** Ids as Postgres gives them back: RFC 9562 (section 4) lets anybody write them in upper case. */
function readRequest({ body }: Delivery): { request?: ObserverRequest; problem?: string } {
  try {
    const { success, data, error } = ObserverRequest.safeParse(JSON.parse(body.toString()));
    return success ? { request: { ...data, id: data.id.toLowerCase() } } : { problem: z.prettifyError(error) };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}
