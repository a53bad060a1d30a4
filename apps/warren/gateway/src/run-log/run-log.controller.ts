import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '@warren/database';
import { databaseAway, orAway } from '../database-away.js';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { ApiText } from '../docs/api-text.decorator.js';
import { type GatewayTables } from '../gateway.tables.js';

@ApiTags('state')
@Controller('run-log')
export class RunLogController {
  constructor(private readonly database: Database<GatewayTables>) {}

  @Get()
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @ApiOperation({ summary: 'Every state that was decided, one a line, with when that was' })
  @ApiText({ description: 'Oldest first', text: '2020-11-01T06:35:01.373Z: INIT\n2020-11-01T06:35:01.380Z: RUNNING\n' })
  @ApiProblems({ 503: databaseAway })
  async show(): Promise<string> {
    const rows = await orAway(this.database.kysely.selectFrom('run_log').select(['at', 'state']).orderBy('id').execute());
    return rows.map(({ at, state }) => `${at.toISOString()}: ${state}\n`).join('');
  }
}
