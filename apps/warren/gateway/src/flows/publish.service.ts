import { Injectable } from '@nestjs/common';
import { BufferFullError, type PublishedMessage, Publisher, PublishInterruptedError, PublishTimeoutError, SourcesClosedError, UnroutableError } from '@warren/bus';
import { type Published } from '@warren/protocol';
import { ProblemError } from '@warren/service';
import { FlowsStore, type KnownContract } from './flows.store.js';
import { PayloadCheck } from './payload-check.js';

/** Publishes messages of any announced contract; this gateway is their source. */
@Injectable()
export class PublishService {
  private readonly check = new PayloadCheck();

  constructor(
    private readonly flows: FlowsStore,
    private readonly publisher: Publisher,
  ) {}

  /** @throws ProblemError 404 for a contract that nobody announced, 422 for a payload that does not fit, 502 or 503 when it is not published. */
  async publish(flow: string, name: string, payload: unknown): Promise<Published> {
    const contract = find(await this.flows.contracts(), flow, name);
    const issues = this.check.issues(contract.schema, payload);
    if (issues.length > 0) throw new ProblemError(422, { code: 'payload-does-not-fit', detail: `The payload is no ${contract.type}.`, issues });
    const { exchange, topic, type } = contract;
    const published = await this.publisher.publishAnnounced({ exchange, topic, type }, payload).catch(explained);
    return { ...published, flow, contract: name, topic };
  }
}

function find(contracts: readonly KnownContract[], flow: string, name: string): KnownContract {
  const inFlow = contracts.filter((contract) => contract.flow === flow);
  const found = inFlow.find((contract) => contract.name === name);
  if (found) return found;
  if (inFlow.length > 0) {
    throw new ProblemError(404, { code: 'unknown-contract', detail: `Flow ${flow} has no contract ${name}. It has: ${inFlow.map((contract) => contract.name).join(', ')}.` });
  }
  const flows = [...new Set(contracts.map((contract) => contract.flow))];
  throw new ProblemError(404, { code: 'unknown-flow', detail: `There is no flow ${flow}. There are: ${flows.join(', ') || 'none yet'}.` });
}

function explained(error: unknown): Promise<PublishedMessage> {
  const { message: detail } = error as Error;
  if (error instanceof SourcesClosedError) throw new ProblemError(503, { code: 'sources-closed', detail }, { 'Retry-After': '5' });
  if (error instanceof BufferFullError) throw new ProblemError(503, { code: 'buffer-full', detail }, { 'Retry-After': '1' });
  if (error instanceof UnroutableError) throw new ProblemError(502, { code: 'unroutable', detail });
  if (error instanceof PublishTimeoutError || error instanceof PublishInterruptedError) throw new ProblemError(502, { code: 'not-confirmed', detail });
  throw error;
}
