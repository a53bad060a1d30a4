import { Controller, Get, Header } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { Database } from '@warren/database';
import { ProblemError } from '@warren/service';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { ApiText } from '../docs/api-text.decorator.js';
import { type GatewayTables } from '../gateway.tables.js';

const databaseAway = { code: 'database-away', detail: 'The database does not answer.' };

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
    const rows = await this.database.kysely.selectFrom('run_log').select(['at', 'state']).orderBy('id').execute().catch(away);
    return rows.map(({ at, state }) => `${at.toISOString()}: ${state}\n`).join('');
  }
}

function away(): never {
  throw new ProblemError(503, databaseAway, { 'Retry-After': '5' });
}
