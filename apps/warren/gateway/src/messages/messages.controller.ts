import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { ApiText } from '../docs/api-text.decorator.js';
import { Forward } from '../forward/forward.service.js';
import { gatewayConfig } from '../gateway.config.js';

const unreachable = { code: 'httpserv-unreachable', detail: 'httpserv does not answer: see GET /api/v1/services, and HTTPSERV_URL.' };

@ApiTags('messages')
@Controller('messages')
export class MessagesController {
  constructor(
    private readonly forward: Forward,
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
  ) {}

  @Get()
  @ApiOperation({ summary: "A flow's message log, as httpserv gives it: its status, headers and body pass through" })
  @ApiQuery({ name: 'flow', required: false, description: 'Default: signal' })
  @ApiQuery({ name: 'run', required: false, description: 'Default: the current one' })
  @ApiText({ description: 'One message a line, in the order of the observer; pages as JSON or NDJSON by Accept', text: '2020-10-01T06:35:01.373Z Topic my.o: MSG_1\n' })
  @ApiProblems({ 502: unreachable, 503: { code: 'system-is-shut-down', detail: 'The system is shut down.' } })
  async read(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.forward.pass(request, response, { url: this.config.httpservUrl, patience: 5_000, unreachable });
  }
}
