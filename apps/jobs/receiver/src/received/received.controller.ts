import { Controller, Get, Param, ParseUUIDPipe, Query } from '@nestjs/common';
import { ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { ProblemError, type Page } from '@warren/service';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { type ReceivedJob, ReceivedJobDto, ReceivedPageDto, ReceivedQueryDto } from './received.dto.js';
import { Received } from './received.service.js';

const noUuid = () => new ProblemError(404, { code: 'no-such-job', detail: 'A job has a UUID for its id.' });
export const Id = () => Param('id', new ParseUUIDPipe({ exceptionFactory: noUuid }));

@ApiTags('received')
@Controller('api/received')
export class ReceivedController {
  constructor(private readonly received: Received) {}

  @Get()
  @ApiOperation({ summary: 'Jobs that are done, the last one first, with the time that each took' })
  @ZodResponse({ status: 200, type: ReceivedPageDto })
  list(@Query(new ZodValidationPipe(ReceivedQueryDto)) query: ReceivedQueryDto): Promise<Page<ReceivedJob>> {
    return this.received.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One job, with the instance of each attempt' })
  @ApiResponse({ status: 404, description: 'No such job has been begun.' })
  @ZodResponse({ status: 200, type: ReceivedJobDto })
  one(@Id() id: string): Promise<ReceivedJob> {
    return this.received.one(id);
  }
}
