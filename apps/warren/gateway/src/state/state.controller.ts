import { Controller, Get, Put, Query, Req, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { Caller } from '@warren/service';
import { type SystemState, States, type Transition } from '@warren/protocol';
import { type Request, type Response } from 'express';
import { databaseAway } from '../database-away.js';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { ApiText } from '../docs/api-text.decorator.js';
import { requestedState } from './requested-state.js';
import { stateExample, SystemStateDto, transitionExample, TransitionDto } from './state.dto.js';
import { StateService } from './state.service.js';
import { TransitionService } from './transition.service.js';

const payload = { name: 'payload', required: false, enum: [...States, 'PAUSE'] };
const body = {
  required: false,
  description: 'The state, as text of any content type or as JSON. At most 1 kB.',
  schema: { oneOf: [{ type: 'string' }, { type: 'object', properties: { state: { type: 'string' } } }] },
  examples: { text: { value: 'PAUSED' }, json: { value: { state: 'PAUSED' } } },
};

@ApiTags('state')
@Controller('state')
export class StateController {
  constructor(
    private readonly state: StateService,
    private readonly transitions: TransitionService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'The state that the whole system shall be in; as JSON also whether it has converged to it' })
  @ApiText({ description: 'The desired state', text: 'RUNNING', json: { type: SystemStateDto.Output, example: stateExample } })
  @ApiProblems({ 503: databaseAway })
  async show(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<string | SystemState> {
    return inTheFormAsked(request, response, await this.state.show());
  }

  @Put()
  @ApiOperation({ summary: 'Moves the whole system to a state, and answers when every service has confirmed' })
  @ApiQuery(payload)
  @ApiConsumes('text/plain', 'application/json')
  @ApiBody(body)
  @ApiText({ description: 'The state that the system is in now (INIT ends in RUNNING)', text: 'PAUSED', json: { type: TransitionDto.Output, example: transitionExample } })
  @ApiProblems({
    400: { code: 'unknown-state', detail: 'Ask for one of INIT, RUNNING, PAUSED, SHUTDOWN: as ?payload=, as text or as {"state": "…"}.' },
    409: { code: 'system-is-shut-down', detail: 'The system is shut down: ask for INIT first, RUNNING is reached from there.' },
    413: { code: 'payload-too-large', detail: 'request entity too large' },
    503: { code: 'database-away', detail: 'The database does not answer, so no state can be decided.' },
    504: {
      code: 'not-confirmed',
      detail: 'PAUSED is decided and the system goes on towards it, but within 5000 ms it was not confirmed by signal-imed-3fa9.',
      confirmed: ['signal-orig-08c1'],
      unconfirmed: ['signal-imed-3fa9'],
      transition: { ...transitionExample, confirmedAt: null },
    },
  })
  async change(
    @Query('payload') payload: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @Caller() caller: Caller,
  ): Promise<string | Transition> {
    const to = requestedState(payload, request.body);
    return inTheFormAsked(request, response, await this.transitions.change(to, caller.name));
  }
}

/** Text, unless the caller likes JSON better. */
function inTheFormAsked<T extends { state: string }>(request: Request, response: Response, whole: T): T | string {
  if (request.accepts(['text/plain', 'application/json']) === 'application/json') return whole;
  response.type('text/plain');
  return whole.state;
}
