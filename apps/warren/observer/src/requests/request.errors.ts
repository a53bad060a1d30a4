import { SearchError } from '@warren/database';
import { type Refusal } from '@warren/protocol';
import { isPoison } from '../journal/poison.js';

/** Thrown by what does a request: it cannot be done, and nothing of it is. */
export class RequestRefused extends Error {
  override name = 'RequestRefused';
  readonly refusal: Refusal;

  constructor(status: number, code: string, detail: string) {
    super(detail);
    this.refusal = { status, code, detail };
  }
}

/** A statement that its limit of time has ended. Source: PostgreSQL, appendix A. */
const cancelled = '57014';

/** What the one who asked is answered; undefined: the request is good, and can be done later. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof RequestRefused) return error.refusal;
  if (error instanceof SearchError) return { status: 422, code: 'query-syntax', detail: error.message };
  const { code, message } = error as { code?: unknown; message: string };
  if (code === cancelled) return { status: 422, code: 'search-too-long', detail: 'The search took too long: narrow it, for example by consumer: or at>.' };
  if (isPoison(error)) return { status: 422, code: 'not-storable', detail: `The database cannot do it: ${message}.` };
  return undefined;
}
