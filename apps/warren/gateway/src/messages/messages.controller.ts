import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { ApiText } from '../docs/api-text.decorator.js';
import { MessageLog } from './message-log.service.js';

@ApiTags('messages')
@Controller('messages')
export class MessagesController {
  constructor(private readonly log: MessageLog) {}

  @Get()
  @ApiOperation({ summary: "A flow's message log, as httpserv gives it: its status, headers and body pass through" })
  @ApiQuery({ name: 'flow', required: false, description: 'Default: signal' })
  @ApiQuery({ name: 'run', required: false, description: 'Default: the current one' })
  @ApiText({ description: 'One message a line, in the order of the observer; pages as JSON or NDJSON by Accept', text: '2020-10-01T06:35:01.373Z Topic my.o: MSG_1\n' })
  @ApiProblems({
    502: { code: 'httpserv-unreachable', detail: 'httpserv does not answer: see GET /api/v1/services, and HTTPSERV_URL.' },
    503: { code: 'system-is-shut-down', detail: 'The system is shut down.' },
  })
  async forward(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.log.forward(request, response);
  }
}
