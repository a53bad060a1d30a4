import { Controller, Delete, Get, HttpCode, Param } from '@nestjs/common';
import { ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Services } from '@warren/protocol';
import { ProblemError } from '@warren/service';
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
  @Delete(':service')
  @HttpCode(204)
  @ApiOperation({ summary: 'Takes a service off the roster that shall not run any more, so that transitions do not wait for it' })
  @ApiNoContentResponse({ description: 'It is off the roster' })
  @ApiProblems({
    404: { code: 'unknown-service', detail: 'The roster has no service weather-source.' },
    409: { code: 'service-runs', detail: 'signal-imed runs (signal-imed-3fa9): stop it first, which takes it off the roster too.' },
    503: databaseAway,
  })
  async remove(@Param('service') service: string): Promise<void> {
    if (await orAway(this.roster.remove(service))) return;
    const instances = (await orAway(this.roster.members())).find((member) => member.service === service)?.instances;
    if (!instances) throw new ProblemError(404, { code: 'unknown-service', detail: `The roster has no service ${service}.` });
    throw new ProblemError(409, { code: 'service-runs', detail: `${service} runs (${instances.join(', ')}): stop it first, which takes it off the roster too.` });
  }
}
