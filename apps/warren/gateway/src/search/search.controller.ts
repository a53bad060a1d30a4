import { applyDecorators, Controller, Get, Query, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiResponse, ApiTags } from '@nestjs/swagger';
import { FoundJourneys, FoundMessages } from '@warren/protocol';
import { type Page } from '@warren/service';
import { type Request, type Response } from 'express';
import { ZodValidationPipe } from 'nestjs-zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { querySyntax, wrongCursor } from '../docs/problem-examples.js';
import { journalAway } from '../flows/flows.store.js';
import { JourneySearch } from './journey-search.store.js';
import { MessageSearch } from './message-search.store.js';
import { ndjson, stream, wantsNdjson } from './ndjson.js';
import { FoundJourneysDto, FoundMessagesDto, type SearchQuery, SearchQueryDto } from './search.dto.js';

const ApiSearch = () => applyDecorators(ApiTags('journeys'), ApiProduces('application/json', ndjson), ApiProblems({ 400: wrongCursor, 422: querySyntax, 503: journalAway }));

/** The journal, searched: a page as JSON, all that is found as NDJSON. */
@Controller('api/v1')
export class SearchController {
  constructor(
    private readonly messages: MessageSearch,
    private readonly journeys: JourneySearch,
  ) {}

  @Get('messages')
  @ApiOperation({ summary: 'Messages of all flows that a search finds, and what became of them at each consumer' })
  @ApiResponse({ status: 200, type: FoundMessagesDto.Output, description: 'The newest first; as NDJSON all of them' })
  @ApiSearch()
  findMessages(@Query(new ZodValidationPipe(SearchQueryDto)) query: SearchQueryDto, @Req() request: Request, @Res() response: Response): Promise<void> {
    return answer(request, response, query, FoundMessages.parse.bind(FoundMessages), (asked) => this.messages.find(asked));
  }

  @Get('journeys')
  @ApiOperation({ summary: 'Journeys of all flows that a search finds by their roots, their states and what happened on the way' })
  @ApiResponse({ status: 200, type: FoundJourneysDto.Output, description: 'The newest first; as NDJSON all of them' })
  @ApiSearch()
  findJourneys(@Query(new ZodValidationPipe(SearchQueryDto)) query: SearchQueryDto, @Req() request: Request, @Res() response: Response): Promise<void> {
    return answer(request, response, query, FoundJourneys.parse.bind(FoundJourneys), (asked) => this.journeys.find(asked));
  }
}

async function answer<T extends Page<unknown>>(request: Request, response: Response, query: SearchQuery, checked: (page: T) => T, find: (asked: SearchQuery) => Promise<T>): Promise<void> {
  response.vary('Accept');
  if (wantsNdjson(request)) await stream(response, (page) => find({ ...query, ...page }), query.cursor);
  else response.json(checked(await find(query)));
}
