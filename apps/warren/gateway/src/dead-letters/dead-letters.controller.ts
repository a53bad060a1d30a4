import { Body, Controller, Get, Param, Put, Query } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiTags } from '@nestjs/swagger';
import { type DeadLetterDetail, type DeadLetters } from '@warren/protocol';
import { Caller, Roles } from '@warren/service';
import { ZodResponse, ZodValidationPipe } from 'nestjs-zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { invalidRequest, notAnswered, querySyntax } from '../docs/problem-examples.js';
import { journalAway } from '../flows/flows.store.js';
import { ApiIdempotent, type Asked, AskedAs, requestId } from '../operations/request-id.js';
import { DeadLetterDetailDto, DeadLettersDto, LettersQueryDto } from './dead-letters.dto.js';
import { DeadLettersStore, unknownDeadLetter } from './dead-letters.store.js';
import { EditService } from './edit.service.js';

const unknown = { code: 'unknown-dead-letter', detail: 'There is no dead letter 42.' };

@ApiTags('dead letters')
@Controller('api/v1/dead-letters')
export class DeadLettersController {
  constructor(
    private readonly letters: DeadLettersStore,
    private readonly edits: EditService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Messages that their consumer gave up: those that wait for an operator, or those that a search finds' })
  @ZodResponse({ status: 200, type: DeadLettersDto, description: 'The newest first' })
  @ApiProblems({ 400: { ...invalidRequest, issues: [{ path: 'limit', message: 'must be a whole number from 1 to 200' }] }, 422: querySyntax, 503: journalAway })
  list(@Query(new ZodValidationPipe(LettersQueryDto)) query: LettersQueryDto): Promise<DeadLetters> {
    return this.letters.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'One in full: payload, headers, why and when each attempt failed, and what became of the message elsewhere' })
  @ZodResponse({ status: 200, type: DeadLetterDetailDto, description: 'Without its secrets' })
  @ApiProblems({ 404: unknown, 503: journalAway })
  show(@Param('id') id: string): Promise<DeadLetterDetail> {
    return this.letters.detail(idOf(id));
  }

  @Put(':id/payload')
  @Roles('operator')
  @ApiOperation({ summary: 'Gives it another payload, checked against the schema of its contract; what is redriven then is that' })
  @ApiIdempotent()
  @ApiBody({ schema: {}, description: 'The payload, as JSON. At most 8 MB.', examples: { 'signal/original': { value: { text: 'MSG_7' } } } })
  @ZodResponse({ status: 200, type: DeadLetterDetailDto, description: 'As it is now' })
  @ApiProblems({
    400: { code: 'no-json', detail: 'The body is no JSON: Unexpected end of JSON input.' },
    404: unknown,
    409: { code: 'not-dead', detail: 'Dead letter 42 was redriven already.' },
    413: { code: 'payload-too-large', detail: 'The body may have at most 8388608 bytes.' },
    422: { code: 'payload-does-not-fit', detail: 'The payload is no signal.original@1.', issues: [{ path: '/text', message: "must have required property 'text'" }] },
    503: notAnswered,
  })
  async edit(@Param('id') id: string, @Body() body: string | undefined, @AskedAs() as: Asked, @Caller() { name: by }: Caller): Promise<DeadLetterDetail> {
    const letter = idOf(id);
    await this.edits.edit(letter, body ?? '', { id: requestId(as, by), by });
    return this.letters.detail(letter);
  }
}

/** @throws ProblemError 404 for what no dead letter is called */
function idOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw unknownDeadLetter(text);
  return Number(text);
}
