import { Controller, Get } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { JournalBacklog } from '@warren/protocol';
import { ZodResponse } from 'nestjs-zod';
import { databaseAway, orAway } from '../database-away.js';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { dto } from '../docs/dto.js';
import { Backlog } from './backlog.service.js';

class JournalBacklogDto extends dto(JournalBacklog) {}

@ApiTags('services')
@Controller('api/v1/journal')
export class BacklogController {
  constructor(private readonly backlog: Backlog) {}

  @Get()
  @ApiOperation({ summary: 'How far the journal is behind what is published, and how far it may be' })
  @ZodResponse({ status: 200, type: JournalBacklogDto, description: 'Messages, bytes, seconds' })
  @ApiProblems({ 503: databaseAway })
  show(): Promise<JournalBacklog> {
    return orAway(this.backlog.now());
  }
}
