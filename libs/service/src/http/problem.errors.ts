import { STATUS_CODES } from 'node:http';
import { HttpException } from '@nestjs/common';
import { type Problem } from '@warren/protocol';

/** What an answer of RFC 9457 says beyond its status; other members go out as they are. */
export interface ProblemDetails {
  code?: string;
  /** One line for the caller: what to change. */
  detail?: string;
  issues?: Problem['issues'];
  [member: string]: unknown;
}

/** Thrown where a request cannot be answered: `throw new ProblemError(409, { code: 'system-is-shut-down', detail })`. */
export class ProblemError extends HttpException {
  constructor(
    status: number,
    readonly details: ProblemDetails,
    /** Response headers: `{ 'Retry-After': '5' }`. */
    readonly headers: Readonly<Record<string, string>> = {},
  ) {
    super(details.detail ?? titleOf(status), status);
  }
}

/** The status phrase. Source: RFC 9110, section 15. */
export const titleOf = (status: number): string => STATUS_CODES[status] ?? 'Error';

export function problem(status: number, details: ProblemDetails = {}): Problem {
  const title = titleOf(status);
  return { type: 'about:blank', title, status, code: title.toLowerCase().replaceAll(/[^a-z]+/g, '-'), ...details };
}
