import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Services } from '@warren/protocol';
import { ZodResponse } from 'nestjs-zod';
import { dto } from '../docs/dto.js';
import { databaseAway, orAway } from '../database-away.js';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { RosterStore } from './roster.store.js';

class ServicesDto extends dto(Services) {}

@ApiTags('services')
@Controller('api/v1/services')
export class ServicesController {
  constructor(private readonly roster: RosterStore) {}

  @Get()
  @ApiOperation({ summary: 'The roster: every service that should run, and its instances' })
  @ZodResponse({ status: 200, type: ServicesDto, description: 'By name' })
  @ApiProblems({ 503: databaseAway })
  async list(): Promise<Services> {
    return { items: await orAway(this.roster.services()) };
  }
}
