import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger, NotFoundException } from '@nestjs/common';
import { problemContentType } from '@warren/protocol';
import { type Request, type Response } from 'express';
import { ZodError } from 'zod';
import { ZodValidationException } from 'nestjs-zod';
import { allowedMethods } from './allowed-methods.js';
import { problem, ProblemError, type ProblemDetails } from './problem.errors.js';
import { problemPageOf } from './problem.page.js';

interface Answer {
  readonly status: number;
  readonly details: ProblemDetails;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers every failed request as a problem (RFC 9457), or as the page that shows it. What is nobody's expectation is logged, and told to nobody. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  private readonly logger = new Logger(ProblemFilter.name);

  catch(error: unknown, host: ArgumentsHost): void {
    // Global filters run on Rabbit handlers too, where the bus decides what becomes of the message.
    if (host.getType() !== 'http') throw error;
    const response = host.switchToHttp().getResponse<Response>();
    const { status, details, headers } = this.answerTo(error, host.switchToHttp().getRequest<Request>());
    if (response.headersSent) return void response.destroy();
    const page = problemPageOf(response);
    response.status(status).set(headers ?? {});
    if (page) response.type('html').send(page(problem(status, details)));
    else response.type(problemContentType).send(JSON.stringify(problem(status, details)));
  }

  private answerTo(error: unknown, request: Request): Answer {
    if (error instanceof NotFoundException) return notFound(error, request);
    if (error instanceof ProblemError) return { status: error.getStatus(), details: error.details, headers: error.headers };
    if (error instanceof ZodValidationException) return invalid(error.getZodError());
    if (error instanceof HttpException) return { status: error.getStatus(), details: detailsOf(error) };
    if (isExposed(error)) return { status: error.status, details: { detail: tooLarge(error) ?? error.message } };
    this.logger.error(error);
    return { status: 500, details: {} };
  }
}

/** A path that is known under another method is 405 (RFC 9110, section 15.5.6). */
function notFound(error: HttpException, request: Request): Answer {
  const allowed = allowedMethods(request);
  if (allowed.length === 0 || allowed.includes(request.method)) return { status: 404, details: detailsOf(error) };
  const Allow = allowed.join(', ');
  return { status: 405, details: { detail: `${request.path} takes ${Allow}.` }, headers: { Allow } };
}

const invalid = (error: unknown): Answer => ({
  status: 400,
  details: {
    code: 'invalid-request',
    detail: 'The request is not as the API describes it.',
    issues: error instanceof ZodError ? error.issues.map(({ path, message }) => ({ path: path.join('.'), message })) : [],
  },
});

const nestsOwn = new Set(['statusCode', 'message', 'error', 'status']);

/** Nest's own exceptions carry `{ statusCode, message, error }`; other members (a failed health check's) go out as they are. */
function detailsOf(error: HttpException): ProblemDetails {
  const body = error.getResponse();
  if (typeof body === 'string') return { detail: body };
  const members = Object.entries(body).filter(([name]) => !nestsOwn.has(name));
  return { ...('message' in body && { detail: error.message }), ...Object.fromEntries(members) };
}

/** The errors of Express's body parsers (http-errors), whose messages are made for callers. */
function isExposed(error: unknown): error is { status: number; message: string } {
  return error instanceof Error && 'expose' in error && error.expose === true && 'status' in error && typeof error.status === 'number';
}

/** body-parser says only that it is too large. */
const tooLarge = (error: object): string | undefined => ('limit' in error ? `The body may have at most ${String(error.limit)} bytes.` : undefined);
