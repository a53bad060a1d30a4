import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { type DeadLetterHealth } from '@warren/protocol';
import { ZodResponse } from 'nestjs-zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { journalAway } from '../flows/flows.store.js';
import { DeadLetterHealthDto } from './dead-letters.dto.js';
import { HealthStore } from './health.store.js';

@ApiTags('dead letters')
@Controller('api/v1/dead-letters/health')
export class HealthController {
  constructor(private readonly health: HealthStore) {}

  @Get()
  @ApiOperation({ summary: 'Whether failures are looked after: how many wait and how long, what died in the last hour, what waits for its next attempt' })
  @ZodResponse({ status: 200, type: DeadLetterHealthDto, description: 'waiting is null while the broker cannot be asked' })
  @ApiProblems({ 503: journalAway })
  async show(): Promise<DeadLetterHealth> {
    const [{ byConsumer, oldest, lastHour }, waiting] = await Promise.all([this.health.dead(), this.health.waiting().catch(() => null)]);
    return { dead: byConsumer.reduce((sum, { dead }) => sum + dead, 0), oldest, lastHour, waiting };
  }
}
