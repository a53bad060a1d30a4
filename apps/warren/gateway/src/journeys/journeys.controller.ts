import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import { isUuid, type Journey } from '@warren/protocol';
import { ProblemError } from '@warren/service';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { journalAway } from '../flows/flows.store.js';
import { JourneyDto, JourneyQueryDto } from './journeys.dto.js';
import { JourneysService } from './journeys.service.js';

const example = '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11';

@ApiTags('journeys')
@Controller('api/v1/journeys')
export class JourneysController {
  constructor(private readonly journeys: JourneysService) {}

  @Get(':id')
  @ApiOperation({ summary: 'Everything that happened from one root on: messages, consumers, attempts, what is in hand now, and where it waits' })
  @ApiParam({ name: 'id', description: 'Of any of its messages, or of the journey; also what a consumer calls a foreign message', example })
  @ZodResponse({ status: 200, type: JourneyDto, description: 'A page of its messages; state, totals and queues are of the whole journey' })
  @ApiProblems({
    400: { code: 'invalid-id', detail: '"MSG_7" is no id of a message or journey: it is a UUID.' },
    404: { code: 'unknown-journey', detail: `The journal has no message and no journey ${example}.` },
    503: journalAway,
  })
  async show(@Param('id') id: string, @Query(new ZodValidationPipe(JourneyQueryDto)) query: JourneyQueryDto): Promise<Journey> {
    if (!isUuid(id)) throw invalidId(id);
    return this.journeys.show(id.toLowerCase(), query);
  }
}

export const invalidId = (id: string) => new ProblemError(400, { code: 'invalid-id', detail: `"${id.slice(0, 100)}" is no id of a message or journey: it is a UUID.` });
