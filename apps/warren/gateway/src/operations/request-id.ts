import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { ApiHeader } from '@nestjs/swagger';
import { derivedId, newId } from '@warren/protocol';
import { ProblemError } from '@warren/service';
import { type Request } from 'express';

const header = 'Idempotency-Key';
const longest = 255;

/** What makes a request the same one, however often it is sent. */
export interface Asked {
  /** Undefined: it is sent once. */
  readonly key: string | undefined;
  readonly route: string;
  readonly body: unknown;
}

/** The request as a parameter of a route: `redrive(@AskedAs() asked: Asked)`. @throws ProblemError 400 for a key that is empty or too long */
export const AskedAs = createParamDecorator((_: unknown, context: ExecutionContext): Asked => {
  const request = context.switchToHttp().getRequest<Request>();
  const key = request.header(header);
  if (key !== undefined && (key.length < 1 || key.length > longest)) {
    throw new ProblemError(400, { code: 'wrong-idempotency-key', detail: `${header} must have 1 to ${longest} characters.` });
  }
  return { key, route: `${request.method} ${request.path}`, body: request.body as unknown };
});

/** The same caller, key, route and body give the same id. With another body it is another request: nothing that is asked for is passed over. */
export const requestId = ({ key, route, body }: Asked, caller: string): string =>
  key === undefined ? newId() : derivedId('request', caller, route, key, JSON.stringify(body ?? null));

/** Documents the header. */
export const ApiIdempotent = () =>
  ApiHeader({
    name: header,
    required: false,
    description: 'Who asks the same again with the same key gets the answer of the first time, and nothing is done twice',
    schema: { type: 'string', maxLength: longest },
  });
