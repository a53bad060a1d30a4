import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type DryRun, type ObserverRequest, type Operation } from '@warren/protocol';
import { Caller, Roles } from '@warren/service';
import { type Response } from 'express';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { operable } from '../dead-letters/search.js';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { invalidRequest, notAnswered } from '../docs/problem-examples.js';
import { ObserverService } from './observer.service.js';
import { AdoptDto, OperationDto, selectionOf, StartDto } from './operations.dto.js';
import { OperationsStore } from './operations.store.js';
import { ApiIdempotent, type Asked, AskedAs, requestId } from './request-id.js';
import { ApiStart, started } from './start.docs.js';

const StartBody = () => Body(new ZodValidationPipe(StartDto));
const ToResponse = () => Res({ passthrough: true });

/** What is begun on many dead letters. */
@ApiTags('dead letters')
@Controller('api/v1/dead-letters')
export class StartController {
  constructor(
    private readonly operations: OperationsStore,
    private readonly observer: ObserverService,
  ) {}

  @Post('redrive')
  @Roles('operator')
  @ApiStart('Puts dead letters back to the queues that gave them up, some by id, a group, or what a search finds')
  redrive(@StartBody() body: StartDto, @AskedAs() as: Asked, @Caller() { name: by }: Caller, @ToResponse() response: Response): Promise<DryRun | Operation> {
    return this.begin({ id: requestId(as, by), by, kind: 'redrive' }, body, response);
  }

  @Post('discard')
  @Roles('operator')
  @ApiStart('Gives dead letters up for good; they can still be found')
  discard(@StartBody() body: StartDto, @AskedAs() as: Asked, @Caller() { name: by }: Caller, @ToResponse() response: Response): Promise<DryRun | Operation> {
    return this.begin({ id: requestId(as, by), by, kind: 'discard' }, body, response);
  }

  @Post('adopt')
  @Roles('operator')
  @ApiOperation({ summary: 'Takes in the messages of a dead queue that Warren did not make' })
  @ApiIdempotent()
  @ApiBody({ type: AdoptDto, examples: { queue: { value: { queue: 'legacy.dead', origin: 'legacy.orders' } } } })
  @ZodResponse({ status: 202, type: OperationDto, description: started })
  @ApiProblems({
    400: invalidRequest,
    404: { code: 'unknown-queue', detail: 'There is no queue "legacy.dead".' },
    409: { code: 'queue-in-use', detail: 'The queue "legacy.dead" has a consumer.' },
    422: { code: 'own-queue', detail: 'Queue "warren.dead" is Warren\'s own: nothing in it can be adopted.' },
    503: notAnswered,
  })
  adopt(@Body(new ZodValidationPipe(AdoptDto)) body: AdoptDto, @AskedAs() as: Asked, @Caller() { name: by }: Caller, @ToResponse() response: Response): Promise<Operation> {
    const { queue, origin, rate } = body;
    return this.start({ id: requestId(as, by), by, kind: 'adopt', queue, origin, rate }, response);
  }

  private async begin(asked: { id: string; by: string; kind: 'redrive' | 'discard' }, body: StartDto, response: Response): Promise<DryRun | Operation> {
    const selection = selectionOf(body);
    if ('query' in selection) operable(selection.query);
    if (!body.dryRun) return this.start({ ...asked, selection, rate: body.rate }, response);
    response.status(200);
    return this.operations.dryRun(selection);
  }

  private async start(request: ObserverRequest, response: Response): Promise<Operation> {
    await this.observer.ask(request);
    response.status(202).location(`/api/v1/operations/${request.id}`);
    return this.operations.one(request.id);
  }
}
