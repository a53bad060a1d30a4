import { applyDecorators } from '@nestjs/common';
import { ApiBody, ApiOperation, ApiResponse } from '@nestjs/swagger';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { invalidRequest, notAnswered, querySyntax } from '../docs/problem-examples.js';
import { DryRunDto, OperationDto, StartDto } from './operations.dto.js';
import { ApiIdempotent } from './request-id.js';

const examples = {
  group: { value: { group: '6f1d7c523a7e5b0e', rate: 100 } },
  query: { value: { query: 'consumer:"signal.imed" cause:TimeoutError', dryRun: true } },
  ids: { value: { ids: [41, 42] } },
};

const problems = {
  400: { ...invalidRequest, issues: [{ path: '', message: 'Say which dead letters: by one of ids, group and query.' }] },
  404: { code: 'unknown-dead-letter', detail: 'There is no dead letter 42.' },
  409: { code: 'not-dead', detail: 'Dead letter 42 was redriven already.' },
  413: { code: 'payload-too-large', detail: 'The body may have at most 65536 bytes.' },
  422: { ...querySyntax, issues: [{ path: 'query', message: querySyntax.detail }] },
  503: notAnswered,
};

export const started = 'It has begun: look at Location for how far it is';

/** Documents a route that begins an operation on dead letters, or counts them in a dry run. */
export const ApiStart = (summary: string) =>
  applyDecorators(
    ApiOperation({ summary }),
    ApiIdempotent(),
    ApiBody({ type: StartDto, examples }),
    ApiResponse({ status: 200, description: 'A dry run: what it would touch', type: DryRunDto.Output }),
    ApiResponse({ status: 202, description: started, type: OperationDto.Output }),
    ApiProblems(problems),
  );
