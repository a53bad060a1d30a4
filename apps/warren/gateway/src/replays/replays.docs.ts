import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { invalidRequest, notAnswered, querySyntax } from '../docs/problem-examples.js';
import { journalAway } from '../flows/flows.store.js';
import { OperationDto } from '../operations/operations.dto.js';
import { ApiIdempotent } from '../operations/request-id.js';
import { started } from '../operations/start.docs.js';
import { journeyExample, ReplayDryRunDto, StartReplayDto } from './replays.dto.js';

const examples = {
  query: { value: { query: 'flow:signal at>=2026-11-20T06:00', dryRun: true } },
  ids: { value: { ids: [journeyExample], rate: 10 } },
};

export const unknownRoot = { code: 'unknown-journey', detail: `The journal has no root of a journey ${journeyExample}: nothing of it can be published again.` };

const problems = {
  400: { ...invalidRequest, issues: [{ path: '', message: 'Say which journeys: by one of ids and query.' }] },
  404: unknownRoot,
  413: { code: 'payload-too-large', detail: 'The body may have at most 65536 bytes.' },
  422: { ...querySyntax, issues: [{ path: 'query', message: querySyntax.detail }] },
  503: notAnswered,
};

/** Documents the route that begins a replay of many, or counts them in a dry run. */
export const ApiReplay = () =>
  applyDecorators(
    ApiOperation({ summary: 'Publishes the roots of journeys again, some by id or what a search finds: each begins a new journey that is linked to the old one' }),
    ApiIdempotent(),
    ApiBody({ type: StartReplayDto, examples }),
    ApiResponse({ status: 200, description: 'A dry run: what it would publish', type: ReplayDryRunDto.Output }),
    ApiResponse({ status: 202, description: started, type: OperationDto.Output }),
    ApiProblems(problems),
  );

/** Documents the route that begins a replay of one. */
export const ApiReplayOne = () =>
  applyDecorators(
    ApiOperation({ summary: "Publishes a journey's root again: a new journey that is linked to the old one" }),
    ApiIdempotent(),
    ApiResponse({ status: 202, description: started, type: OperationDto.Output }),
    ApiProblems({ 400: { code: 'invalid-id', detail: '"MSG_7" is no id of a message or journey: it is a UUID.' }, 404: unknownRoot, 503: journalAway }),
  );
