import { Controller, Get, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { isUuid, type Operation, type Operations, Steer } from '@warren/protocol';
import { Caller, PageQueryDto, ProblemError, Roles } from '@warren/service';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { notAnswered, wrongCursor } from '../docs/problem-examples.js';
import { journalAway } from '../flows/flows.store.js';
import { ObserverService } from './observer.service.js';
import { OperationDto, OperationsDto } from './operations.dto.js';
import { OperationsStore, unknownOperation } from './operations.store.js';
import { ApiIdempotent, type Asked, AskedAs, requestId } from './request-id.js';

const unknown = { code: 'unknown-operation', detail: 'There is no operation 0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11.' };

@ApiTags('operations')
@Controller('api/v1/operations')
export class OperationsController {
  constructor(
    private readonly operations: OperationsStore,
    private readonly observer: ObserverService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What operators have started on many messages' })
  @ZodResponse({ status: 200, type: OperationsDto, description: 'The newest first' })
  @ApiProblems({ 400: wrongCursor, 503: journalAway })
  list(@Query(new ZodValidationPipe(PageQueryDto)) query: PageQueryDto): Promise<Operations> {
    return this.operations.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One operation: how far it is, and what became of its messages' })
  @ZodResponse({ status: 200, type: OperationDto, description: 'As it is now' })
  @ApiProblems({ 404: unknown, 503: journalAway })
  show(@Param('id') id: string): Promise<Operation> {
    if (!isUuid(id)) throw unknownOperation(id);
    return this.operations.one(id);
  }

  @Post(':id/:steer')
  @Roles('operator')
  @ApiOperation({ summary: 'Pauses an operation, lets it go on, or ends it; messages that it has come to stay as they are' })
  @ApiParam({ name: 'steer', enum: Steer.options })
  @ApiIdempotent()
  @ZodResponse({ status: 200, type: OperationDto, description: 'It takes effect with the next few messages' })
  @ApiProblems({ 404: unknown, 409: { code: 'operation-ended', detail: 'Operation 0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11 is done already.' }, 503: notAnswered })
  async steer(@Param('id') operation: string, @Param('steer') asked: string, @AskedAs() as: Asked, @Caller() { name: by }: Caller): Promise<Operation> {
    const steer = Steer.safeParse(asked);
    if (!isUuid(operation)) throw unknownOperation(operation);
    if (!steer.success) throw unknownSteer(asked);
    await this.observer.ask({ id: requestId(as, by), by, kind: 'steer', operation, steer: steer.data });
    return this.operations.one(operation);
  }
}

const unknownSteer = (asked: string) => new ProblemError(404, { code: 'unknown-steer', detail: `An operation takes ${Steer.options.join(', ')}, not ${asked}.` });
