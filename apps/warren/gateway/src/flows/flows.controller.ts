import { Body, Controller, Get, Param, Post } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type Flows, type Published } from '@warren/protocol';
import { ZodResponse } from 'nestjs-zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { FlowsDto, PublishedDto } from './flows.dto.js';
import { FlowsStore, journalAway } from './flows.store.js';
import { PublishService } from './publish.service.js';

@ApiTags('flows')
@Controller('api/v1/flows')
export class FlowsController {
  constructor(
    private readonly flows: FlowsStore,
    private readonly publisher: PublishService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Every flow that a service has announced: contracts with their payloads as JSON Schema, consumers with their policies, sources, services' })
  @ZodResponse({ status: 200, type: FlowsDto, description: 'By name' })
  @ApiProblems({ 503: journalAway })
  async list(): Promise<Flows> {
    return { items: await this.flows.list() };
  }

  @Post(':flow/:contract')
  @ApiOperation({ summary: 'Publishes a message of any announced contract, checked against its schema' })
  @ApiBody({ schema: {}, description: 'The payload, as JSON', examples: { 'signal/original': { value: { text: 'MSG_1' } } } })
  @ZodResponse({ status: 202, type: PublishedDto, description: 'The broker has confirmed it' })
  @ApiProblems({
    400: { code: 'bad-request', detail: 'The body is no JSON.' },
    404: { code: 'unknown-contract', detail: 'Flow signal has no contract orignal. It has: intermediate, original.' },
    413: { code: 'payload-too-large', detail: 'request entity too large' },
    422: { code: 'payload-does-not-fit', detail: 'The payload is no signal.original@1.', issues: [{ path: '/text', message: "must have required property 'text'" }] },
    502: { code: 'not-confirmed', detail: 'The broker did not confirm within 10000 ms. It may have the message.' },
    503: { code: 'sources-closed', detail: 'The system is PAUSED: nothing new is started.' },
  })
  async publish(@Param('flow') flow: string, @Param('contract') contract: string, @Body() payload: unknown): Promise<Published> {
    return this.publisher.publish(flow, contract, payload);
  }
}
