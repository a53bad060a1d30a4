import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { type FlowStatistics, windowLength } from '@warren/protocol';
import { ProblemError } from '@warren/service';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { FlowsStore, journalAway } from '../flows/flows.store.js';
import { FlowStatisticsDto, WindowQueryDto } from './flow-statistics.dto.js';
import { statisticsOf } from './flow-statistics.mapper.js';
import { FlowStatisticsStore } from './flow-statistics.store.js';

@ApiTags('flows')
@Controller('api/v1/flows/:flow/statistics')
export class FlowStatisticsController {
  constructor(
    private readonly flows: FlowsStore,
    private readonly statistics: FlowStatisticsStore,
  ) {}

  @Get()
  @ApiOperation({ summary: 'What a flow and each of its consumers and instances did: how much, how long messages waited and were worked on, how busy, how long journeys took' })
  @ApiParam({ name: 'flow', example: 'signal' })
  @ZodResponse({ status: 200, type: FlowStatisticsDto, description: 'Durations are milliseconds, all but the longest within 1 %' })
  @ApiProblems({
    400: { code: 'invalid-request', detail: 'The request is not as the API describes it.' },
    404: { code: 'unknown-flow', detail: 'There is no flow shpo. There are: deployments, signal.' },
    503: journalAway,
  })
  async show(@Param('flow') name: string, @Query(new ZodValidationPipe(WindowQueryDto)) { window }: WindowQueryDto): Promise<FlowStatistics> {
    const flows = await this.flows.list();
    const flow = flows.find((one) => one.name === name);
    if (!flow) throw unknownFlow(name, flows.map((one) => one.name));
    const to = new Date();
    const from = new Date(to.getTime() - windowLength[window]);
    const rows = await this.statistics.read(name, from);
    return { flow: name, window, from: from.toISOString(), to: to.toISOString(), ...statisticsOf(rows, flow.consumers, windowLength[window]) };
  }
}

const unknownFlow = (name: string, flows: readonly string[]) =>
  new ProblemError(404, { code: 'unknown-flow', detail: `There is no flow ${name.slice(0, 100)}. There are: ${flows.join(', ') || 'none yet'}.` });
