import { Body, Controller, Post, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type DryRun, type ObserverRequest, type Operation } from '@warren/protocol';
import { Caller, Roles } from '@warren/service';
import { type Response } from 'express';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { operable } from '../dead-letters/search.js';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { invalidRequest, notAnswered, querySyntax } from '../docs/problem-examples.js';
import { ObserverService } from './observer.service.js';
import { AdoptDto, DryRunDto, OperationDto, selectionOf, StartDto } from './operations.dto.js';
import { OperationsStore } from './operations.store.js';
import { ApiIdempotent, type Asked, AskedAs, requestId } from './request-id.js';

const examples = {
  group: { value: { group: '6f1d7c523a7e5b0e', rate: 100 } },
  query: { value: { query: 'consumer:"signal.imed" cause:TimeoutError', dryRun: true } },
  ids: { value: { ids: [41, 42] } },
};
const problems = {
  400: { ...invalidRequest, issues: [{ path: '', message: 'Say which dead letters: by one of ids, group and query.' }] },
  404: { code: 'unknown-dead-letter', detail: 'There is no dead letter 42.' },
  409: { code: 'not-dead', detail: 'Dead letter 42 was redriven already.' },
  413: { code: 'payload-too-large', detail: 'The body may have at most 65536 bytes.' },
  422: { ...querySyntax, issues: [{ path: 'query', message: querySyntax.detail }] },
  503: notAnswered,
};
const counted = 'What it would touch: nothing is done';
const started = 'It has begun: look at Location for how far it is';

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
  @ApiOperation({ summary: 'Puts dead letters back to the queues that gave them up, some by id, a group, or what a search finds' })
  @ApiIdempotent()
  @ApiBody({ type: StartDto, examples })
  @ApiResponse({ status: 200, description: counted, type: DryRunDto.Output })
  @ApiResponse({ status: 202, description: started, type: OperationDto.Output })
  @ApiProblems(problems)
  redrive(@Body(new ZodValidationPipe(StartDto)) body: StartDto, @AskedAs() as: Asked, @Caller() { name: by }: Caller, @Res({ passthrough: true }) response: Response): Promise<DryRun | Operation> {
    return this.begin({ id: requestId(as, by), by, kind: 'redrive' }, body, response);
  }

  @Post('discard')
  @Roles('operator')
  @ApiOperation({ summary: 'Gives dead letters up for good; they can still be found' })
  @ApiIdempotent()
  @ApiBody({ type: StartDto, examples })
  @ApiResponse({ status: 200, description: counted, type: DryRunDto.Output })
  @ApiResponse({ status: 202, description: started, type: OperationDto.Output })
  @ApiProblems(problems)
  discard(@Body(new ZodValidationPipe(StartDto)) body: StartDto, @AskedAs() as: Asked, @Caller() { name: by }: Caller, @Res({ passthrough: true }) response: Response): Promise<DryRun | Operation> {
    return this.begin({ id: requestId(as, by), by, kind: 'discard' }, body, response);
  }

  @Post('adopt')
  @Roles('operator')
  @ApiOperation({ summary: 'Takes in the messages of a dead queue that Warren did not make' })
  @ApiIdempotent()
  @ApiBody({ type: AdoptDto, examples: { queue: { value: { queue: 'legacy.dead', origin: 'legacy.orders' } } } })
  @ZodResponse({ status: 202, type: OperationDto, description: started })
  @ApiProblems({ 400: invalidRequest, 404: { code: 'unknown-queue', detail: 'There is no queue "legacy.dead".' }, 409: { code: 'queue-in-use', detail: 'The queue "legacy.dead" has a consumer.' }, 503: notAnswered })
  async adopt(@Body(new ZodValidationPipe(AdoptDto)) { queue, origin, rate }: AdoptDto, @AskedAs() as: Asked, @Caller() { name: by }: Caller, @Res({ passthrough: true }) response: Response): Promise<Operation> {
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
