import { STATUS_CODES } from 'node:http';
import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Problem, problemContentType } from '@warren/protocol';
import { type ProblemDetails } from '@warren/service';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

class ProblemDto extends createZodDto(z.looseObject(Problem.shape)) {}

type Documented = ProblemDetails & { code: string; detail: string };

/** What every route may answer. */
const everywhere: Record<number, Documented> = {
  401: { code: 'key-required', detail: 'Send a key: Authorization: Bearer wrn_…' },
  403: { code: 'role-required', detail: 'This needs the role operator.' },
};

/** Documents the problems that a route answers, each by an example: `@ApiProblems({ 409: { code, detail } })`. */
export const ApiProblems = (examples: Record<number, Documented> = {}) =>
  applyDecorators(
    ApiExtraModels(ProblemDto.Output),
    ...Object.entries({ ...everywhere, ...examples }).map(([status, details]) =>
      ApiResponse({
        status: Number(status),
        description: details.detail,
        content: { [problemContentType]: { schema: { $ref: getSchemaPath(ProblemDto.Output) }, example: { type: 'about:blank', title: STATUS_CODES[status], status: Number(status), ...details } } },
      }),
    ),
  );
