import { Body, Controller, Get, Param, Post, Query, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { isUuid, type ObserverRequest, type Operation, type ReplayDryRun, type Replays } from '@warren/protocol';
import { Caller, PageQueryDto, Roles } from '@warren/service';
import { type Response } from 'express';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { wrongCursor } from '../docs/problem-examples.js';
import { journalAway } from '../flows/flows.store.js';
import { invalidId } from '../journeys/journeys.controller.js';
import { JourneysService } from '../journeys/journeys.service.js';
import { ObserverService } from '../operations/observer.service.js';
import { OperationsStore, unknownOperation } from '../operations/operations.store.js';
import { type Asked, AskedAs, requestId } from '../operations/request-id.js';
import { ApiReplay, ApiReplayOne } from './replays.docs.js';
import { journeyExample, journeysOf, ReplaysDto, StartReplayDto } from './replays.dto.js';
import { conditionOf, ReplaysStore } from './replays.store.js';

const ToResponse = () => Res({ passthrough: true });

/** Journeys that begin once more. */
@ApiTags('journeys')
@Controller('api/v1')
export class ReplaysController {
  constructor(
    private readonly replays: ReplaysStore,
    private readonly operations: OperationsStore,
    private readonly observer: ObserverService,
    private readonly journeys: JourneysService,
  ) {}

  @Post('journeys/replay')
  @Roles('operator')
  @ApiReplay()
  async replay(@Body(new ZodValidationPipe(StartReplayDto)) body: StartReplayDto, @AskedAs() as: Asked, @Caller() { name: by }: Caller, @ToResponse() response: Response): Promise<ReplayDryRun | Operation> {
    const selection = journeysOf(body);
    conditionOf(selection);
    if (!body.dryRun) return this.start({ id: requestId(as, by), by, kind: 'replay', selection, rate: body.rate }, response);
    response.status(200);
    return this.replays.dryRun(selection);
  }

  @Post('journeys/:id/replay')
  @Roles('operator')
  @ApiReplayOne()
  async replayOne(@Param('id') id: string, @AskedAs() as: Asked, @Caller() { name: by }: Caller, @ToResponse() response: Response): Promise<Operation> {
    if (!isUuid(id)) throw invalidId(id);
    const root = await this.journeys.rootOf(id.toLowerCase());
    return this.start({ id: requestId(as, by), by, kind: 'replay', selection: { ids: [root] } }, response);
  }

  @Get('operations/:id/replays')
  @ApiOperation({ summary: 'What a replay has come to with each journey: the new one, or why there is none' })
  @ZodResponse({ status: 200, type: ReplaysDto, description: 'In the order in which it took them' })
  @ApiProblems({ 400: wrongCursor, 404: { code: 'unknown-operation', detail: `There is no operation ${journeyExample}.` }, 503: journalAway })
  async list(@Param('id') id: string, @Query(new ZodValidationPipe(PageQueryDto)) query: PageQueryDto): Promise<Replays> {
    if (!isUuid(id)) throw unknownOperation(id);
    await this.operations.one(id);
    return this.replays.list(id, query);
  }

  private async start(request: ObserverRequest, response: Response): Promise<Operation> {
    await this.observer.ask(request);
    response.status(202).location(`/api/v1/operations/${request.id}`);
    return this.operations.one(request.id);
  }
}
