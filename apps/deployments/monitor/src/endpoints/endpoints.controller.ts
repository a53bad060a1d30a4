import { applyDecorators, Controller, Param, Post, Put, Req, Res } from '@nestjs/common';
import { ApiBody, ApiHeader, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { type Request, type Response } from 'express';
import { ZodValidationPipe } from 'nestjs-zod';
import { Answers } from './answers.service.js';
import { EndpointName } from './endpoint-name.js';
import { Event, EventDto, LogEntry, LogEntryDto } from './endpoints.schemas.js';

/** What is the same for all of them. */
const ApiDelivery = (status: number) =>
  applyDecorators(
    ApiHeader({ name: 'webhook-id', required: false, description: 'The same for each try of a delivery' }),
    ApiResponse({ status, description: 'It is taken: the record of the request' }),
    ApiResponse({ status: 400, description: 'The body is not as described.' }),
    ApiResponse({ status: 401, description: 'There are secrets, and the request is signed by none of them.' }),
    ApiResponse({ status: 500, description: 'The endpoint was told to fail, with this status or another one.' }),
  );

@ApiTags('endpoints')
@Controller('api')
export class EndpointsController {
  constructor(private readonly answers: Answers) {}

  @Put('logs')
  @ApiOperation({ summary: 'The generic log API' })
  @ApiBody({ type: LogEntryDto })
  @ApiDelivery(200)
  log(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answers.answer({ name: 'logs', schema: LogEntry, status: 200 }, request, response);
  }

  @Post('events')
  @ApiOperation({ summary: 'The generic events API' })
  @ApiBody({ type: EventDto })
  @ApiDelivery(201)
  event(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answers.answer({ name: 'events', schema: Event, status: 201 }, request, response);
  }

  @Post('endpoints/:name')
  @ApiOperation({ summary: 'An endpoint of any name that takes any body' })
  @ApiBody({ schema: {}, required: false })
  @ApiDelivery(201)
  post(@Param('name', new ZodValidationPipe(EndpointName)) name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answers.answer({ name, status: 201 }, request, response);
  }

  @Put('endpoints/:name')
  @ApiOperation({ summary: 'An endpoint of any name that takes any body' })
  @ApiBody({ schema: {}, required: false })
  @ApiDelivery(200)
  put(@Param('name', new ZodValidationPipe(EndpointName)) name: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.answers.answer({ name, status: 200 }, request, response);
  }
}
