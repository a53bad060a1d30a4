import { names, type Refusal } from '@warren/protocol';
import { ProblemError } from '@warren/service';

const later = { 'Retry-After': '5' };
const again = 'Ask again with the same Idempotency-Key, or look for it at /api/v1/audit.';

export const refused = ({ status, code, detail }: Refusal) => new ProblemError(status, { code, detail });

export const noQueue = () => new ProblemError(503, { code: 'no-observer', detail: `There is no queue ${names.requests}: start the observer, which declares it.` }, later);

/** @param request its id, by which the audit knows it. */
export const notConfirmed = (request: string) =>
  new ProblemError(503, { code: 'not-confirmed', detail: `The broker has not confirmed request ${request}: it is away, or an alarm blocks it. It may have it. ${again}`, request }, later);

export const notAnswered = (request: string, milliseconds: number) =>
  new ProblemError(503, { code: 'not-answered', detail: `No observer has answered within ${milliseconds} ms. Request ${request} is kept, and done when one is back. ${again}`, request }, later);
