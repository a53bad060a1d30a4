import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Controller, Get, Logger, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiResponse, ApiTags } from '@nestjs/swagger';
import { Lifecycle } from '@warren/lifecycle';
import { ProblemError } from '@warren/service';
import { type Request, type Response } from 'express';
import { ZodValidationPipe } from 'nestjs-zod';
import { LogQueryDto } from './message-log.query.js';
import { MessageLog, type Selection, type Streamed } from './message-log.service.js';

/** What a log can be had as, the first where the caller does not care. */
const mediaTypes = ['text/plain', 'application/json', 'application/x-ndjson'] as const;

const defaultLimit = 100;
/** Milliseconds after which a caller who takes nothing is let go. */
const patience = 60_000;

@ApiTags('message log')
@Controller()
export class MessageLogController {
  private readonly logger = new Logger(MessageLogController.name);

  constructor(
    private readonly log: MessageLog,
    private readonly lifecycle: Lifecycle,
  ) {}

  @Get()
  @ApiOperation({ summary: "A flow's message log: a line per message, in the observer's order. Streamed as text or NDJSON, in pages as JSON" })
  @ApiOkResponse({
    content: {
      'text/plain': { schema: { type: 'string' }, example: '2020-10-01T06:35:01.373Z Topic my.o: MSG_1\n' },
      'application/json': { schema: { type: 'object', properties: { items: { type: 'array', items: { type: 'object' } }, next: { type: 'string', nullable: true } } } },
      'application/x-ndjson': { schema: { type: 'string' } },
    },
  })
  @ApiResponse({ status: 400, description: 'The query is not as described.' })
  @ApiResponse({ status: 406, description: 'None of the media types that are accepted can be had.' })
  @ApiResponse({ status: 503, description: 'The system is shut down, or the journal cannot be read.' })
  async read(@Query(new ZodValidationPipe(LogQueryDto)) query: LogQueryDto, @Req() request: Request, @Res() response: Response): Promise<void> {
    const type = accepted(request);
    const current = this.currentRun();
    const { flow, run = current, cursor: after = 0, limit = defaultLimit } = query;
    response.vary('Accept').type(type);
    if (request.method === 'HEAD') response.end();
    else if (type === 'application/json') response.json(await this.log.page({ flow, run, after }, limit));
    else await this.stream({ flow, run, after }, type, response);
  }

  private currentRun(): number {
    const { command } = this.lifecycle;
    if (!command) throw unavailable('state-unknown', 'The state of the system has not been heard yet.');
    if (command.state === 'SHUTDOWN') throw unavailable('system-is-shut-down', 'The system is shut down: ask the gateway for INIT.');
    return command.run;
  }

  /** As fast as the caller reads. An answer that cannot be finished is cut, so that nobody takes it for whole. */
  private async stream(selection: Selection, type: Streamed, response: Response): Promise<void> {
    const pieces = await this.log.stream(selection, type);
    response.setTimeout(patience);
    await pipeline(Readable.from(pieces), response).catch((error: unknown) => this.logger.warn(`A message log broke off: ${String(error)}`));
  }
}

function accepted(request: Request): (typeof mediaTypes)[number] {
  const type = request.accepts(...mediaTypes) as (typeof mediaTypes)[number] | false;
  if (type) return type;
  throw new ProblemError(406, { code: 'not-acceptable', detail: `The message log can be had as ${mediaTypes.join(', ')}.` });
}

const unavailable = (code: string, detail: string) => new ProblemError(503, { code, detail }, { 'Retry-After': '5' });
