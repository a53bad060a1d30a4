import { applyDecorators, Controller, Get, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiQuery, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { invalidRequest, wrongCursor } from '../docs/problem-examples.js';
import { Notifier } from './notifier.service.js';
import { DeliveriesDto, DisableDto, ReloadDto, ReloadedDto, TargetEventsDto, TargetsDto, TargetStatusDto, TargetTestDto, TestDto } from './targets.dto.js';

const unreachable = { code: 'notifier-unreachable', detail: 'No notifier answers at NOTIFIER_URL: start one (npm start -- --flows deployments), or set it to where one listens.' };
const unknown = { code: 'unknown-target', detail: 'There is no target "grafana": see GET /api/v1/targets.' };
const waiting = { code: 'messages-waiting', detail: 'The file leaves out targets for which messages wait (3 for "grafana"): reload with waiting "deliver" to deliver those first, or with "dead" to make them dead letters.' };
const wrongFile = { code: 'targets-file-wrong', detail: 'The targets file cannot take effect as it is.', issues: [{ path: 'line 4', message: 'unknown key "methode"' }] };
const tooLarge = { code: 'payload-too-large', detail: 'The body may have at most 65536 bytes.' };
const ApiPaged = () => applyDecorators(ApiQuery({ name: 'limit', required: false }), ApiQuery({ name: 'cursor', required: false }));

/** HTTP endpoints that flows deliver to, and what became of it, as the service that delivers tells it. */
@ApiTags('targets')
@Controller('api/v1')
export class TargetsController {
  constructor(private readonly notifier: Notifier) {}

  @Get('targets')
  @ApiOperation({ summary: 'Every target, how it is doing, and what is wrong with the file that describes them' })
  @ApiResponse({ status: 200, type: TargetsDto.Output })
  @ApiProblems({ 502: unreachable })
  list(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.notifier.pass(request, response, ['targets'], unreachable);
  }

  @Get('targets/events')
  @ApiOperation({ summary: 'What happened to targets, the newest first' })
  @ApiQuery({ name: 'target', required: false })
  @ApiPaged()
  @ApiResponse({ status: 200, type: TargetEventsDto.Output })
  @ApiProblems({ 400: wrongCursor, 502: unreachable })
  events(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.notifier.pass(request, response, ['targets', 'events'], unreachable);
  }

  @Get('targets/:name')
  @ApiOperation({ summary: 'One target' })
  @ApiResponse({ status: 200, type: TargetStatusDto.Output })
  @ApiProblems({ 404: unknown, 502: unreachable })
  one(@Param('name') name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.notifier.pass(request, response, ['targets', name], unreachable);
  }

  @Post('targets/reload')
  @HttpCode(200)
  @ApiOperation({ summary: 'Bring the targets file into effect, and say what becomes of what waits for targets that it leaves out' })
  @ApiBody({ type: ReloadDto, required: false })
  @ApiResponse({ status: 200, type: ReloadedDto.Output })
  @ApiProblems({ 400: invalidRequest, 409: waiting, 413: tooLarge, 422: wrongFile, 502: unreachable })
  reload(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.notifier.pass(request, response, ['targets', 'reload'], unreachable);
  }

  @Post('targets/:name/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send a target one release that nobody published' })
  @ApiBody({ type: TestDto, required: false })
  @ApiResponse({ status: 200, type: TargetTestDto.Output })
  @ApiProblems({ 400: invalidRequest, 404: unknown, 413: tooLarge, 422: { code: 'template-failed', detail: 'The template needs attributes.team, which this release does not have.' }, 502: unreachable })
  test(@Param('name') name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.notifier.pass(request, response, ['targets', name, 'test'], unreachable);
  }

  @Post('targets/:name/disable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deliver nothing to a target: what comes for it waits' })
  @ApiBody({ type: DisableDto, required: false })
  @ApiResponse({ status: 200, type: TargetStatusDto.Output })
  @ApiProblems({ 400: invalidRequest, 404: unknown, 413: tooLarge, 502: unreachable })
  disable(@Param('name') name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.notifier.pass(request, response, ['targets', name, 'disable'], unreachable);
  }

  @Post('targets/:name/enable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deliver to a target again' })
  @ApiResponse({ status: 200, type: TargetStatusDto.Output })
  @ApiProblems({ 404: unknown, 502: unreachable })
  enable(@Param('name') name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.notifier.pass(request, response, ['targets', name, 'enable'], unreachable);
  }

  @Get('deliveries')
  @ApiTags('deliveries')
  @ApiOperation({ summary: 'What became of each message at each target, with every request, the newest first' })
  @ApiQuery({ name: 'target', required: false })
  @ApiQuery({ name: 'state', required: false, enum: ['delivered', 'waiting', 'dead'] })
  @ApiQuery({ name: 'message', required: false, description: "A message's id: all targets of one release" })
  @ApiPaged()
  @ApiResponse({ status: 200, type: DeliveriesDto.Output })
  @ApiProblems({ 400: wrongCursor, 502: unreachable })
  deliveries(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.notifier.pass(request, response, ['deliveries'], unreachable);
  }
}
