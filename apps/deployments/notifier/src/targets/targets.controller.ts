import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Reloaded, type TargetEvents, type Targets as TargetList, type TargetStatus, type TargetTest } from '@warren/protocol';
import { Caller, ProblemError } from '@warren/service';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { MessagesWaitingError, TargetsRefusedError } from './reload.errors.js';
import { Reload } from './reload.service.js';
import { DisableDto, EventsQueryDto, ReloadDto, ReloadedDto, TargetEventsDto, TargetsDto, TargetStatusDto, TargetTestDto, TestDto } from './targets.dto.js';
import { Targets } from './targets.service.js';
import { TargetsStore } from './targets.store.js';

const body = (type: typeof TestDto | typeof DisableDto | typeof ReloadDto) => Body(new ZodValidationPipe(type));

/** The gateway passes these on: what they answer is described there too. */
@ApiTags('targets')
@Controller('api/v1/targets')
export class TargetsController {
  constructor(
    private readonly targets: Targets,
    private readonly store: TargetsStore,
    private readonly reloading: Reload,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every target, how it is doing, and what is wrong with the file' })
  @ZodResponse({ status: 200, type: TargetsDto })
  list(): Promise<TargetList> {
    return this.targets.list();
  }

  @Get('events')
  @ApiOperation({ summary: 'What happened to targets, the newest first' })
  @ZodResponse({ status: 200, type: TargetEventsDto })
  events(@Query(new ZodValidationPipe(EventsQueryDto)) { target, ...page }: EventsQueryDto): Promise<TargetEvents> {
    return this.store.events(page, target);
  }

  @Get(':name')
  @ApiOperation({ summary: 'One target' })
  @ZodResponse({ status: 200, type: TargetStatusDto })
  one(@Param('name') name: string): Promise<TargetStatus> {
    return this.targets.one(name);
  }

  @Post('reload')
  @HttpCode(200)
  @ApiOperation({ summary: 'Bring the targets file into effect' })
  @ZodResponse({ status: 200, type: ReloadedDto })
  async reload(@body(ReloadDto) { waiting }: ReloadDto, @Caller() { name: by }: Caller): Promise<Reloaded> {
    return this.reloading.reload({ by, waiting }).catch((error: unknown) => {
      if (error instanceof MessagesWaitingError) throw new ProblemError(409, { code: 'messages-waiting', detail: error.message });
      if (!(error instanceof TargetsRefusedError)) throw error;
      const issues = error.problems.map(({ line, message }) => ({ path: line === null ? '' : `line ${line}`, message }));
      throw new ProblemError(422, { code: 'targets-file-wrong', detail: 'The targets file cannot take effect as it is.', issues });
    });
  }

  @Post(':name/test')
  @HttpCode(200)
  @ApiOperation({ summary: 'Send one release to a target without publishing it' })
  @ZodResponse({ status: 200, type: TargetTestDto })
  test(@Param('name') name: string, @body(TestDto) release: TestDto): Promise<TargetTest> {
    return this.targets.test(name, release);
  }

  @Post(':name/disable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deliver nothing to a target: what comes for it waits' })
  @ZodResponse({ status: 200, type: TargetStatusDto })
  disable(@Param('name') name: string, @body(DisableDto) { reason }: DisableDto, @Caller() { name: by }: Caller): Promise<TargetStatus> {
    return this.targets.able(name, by, reason);
  }

  @Post(':name/enable')
  @HttpCode(200)
  @ApiOperation({ summary: 'Deliver to a target again' })
  @ZodResponse({ status: 200, type: TargetStatusDto })
  enable(@Param('name') name: string, @Caller() { name: by }: Caller): Promise<TargetStatus> {
    return this.targets.able(name, by);
  }
}
