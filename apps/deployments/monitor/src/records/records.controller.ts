import { Controller, Delete, Get, HttpCode, Query } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ZodValidationPipe } from 'nestjs-zod';
import { RecordsQueryDto } from './records.query.js';
import { bounds, Records, type Shown, type Summary } from './records.store.js';

@ApiTags('records')
@Controller('records')
export class RecordsController {
  constructor(private readonly records: Records) {}

  @Get()
  @ApiOperation({ summary: `What the endpoints got, newest first; in memory, the last ${bounds.records} of each` })
  @ApiOkResponse({ description: '`times`: how often the webhook-id came to the endpoint. `status`: what was answered; null: nothing' })
  @ApiResponse({ status: 400, description: 'The query is not as described.' })
  list(@Query(new ZodValidationPipe(RecordsQueryDto)) query: RecordsQueryDto): { items: Shown[] } {
    return { items: this.records.list(query) };
  }

  @Get('summary')
  @ApiOperation({ summary: 'Of each endpoint: requests, how many of them were accepted, and different webhook-ids' })
  @ApiOkResponse({ description: 'Requests since the start or the last DELETE; webhook-ids of the requests that are kept' })
  summary(): { items: Summary[] } {
    return { items: this.records.summary() };
  }

  @Delete()
  @HttpCode(204)
  @ApiOperation({ summary: 'Forgets all of it' })
  @ApiNoContentResponse()
  clear(): void {
    this.records.clear();
  }
}
