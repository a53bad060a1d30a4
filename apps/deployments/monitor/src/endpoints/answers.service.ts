import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import { ProblemError } from '@warren/service';
import { type Request, type Response } from 'express';
import { type z } from 'zod';
import { type Behaviour } from '../behaviours/behaviour.js';
import { Behaviours } from '../behaviours/behaviours.store.js';
import { type Kept, Records } from '../records/records.store.js';
import { Signatures } from './signatures.service.js';

/** Where a request goes, what its body must be, and the status of a record that was taken. */
export interface Endpoint {
  name: string;
  schema?: z.ZodType;
  status: number;
}

/** Keeps each request, then answers it as its endpoint was told to, or does not. */
@Injectable()
export class Answers implements OnModuleDestroy {
  /** Aborts when the monitor stops, which what hangs must not hold up. */
  private readonly stopped = new AbortController();

  constructor(
    private readonly records: Records,
    private readonly behaviours: Behaviours,
    private readonly signatures: Signatures,
  ) {}

  onModuleDestroy(): void {
    this.stopped.abort();
  }

  /** @throws ProblemError as it was told to, 401 for a wrong signature, 400 for a wrong body. */
  async answer({ name, schema, status }: Endpoint, request: Request, response: Response): Promise<void> {
    const body = typeof request.body === 'string' ? request.body : '';
    const headers = keptHeaders(request);
    const record = this.records.add(name, { method: request.method, headers, body });
    try {
      await this.behave(this.behaviours.next(name, headers['webhook-id']), response);
      if (response.destroyed) return;
      this.signatures.check(body, headers);
      if (schema) check(schema, body);
      this.records.answered(record, status);
      response.status(status).json(this.records.shown(record));
    } catch (error) {
      this.refused(record, error);
      throw error;
    }
  }

  private refused(record: Kept, error: unknown): void {
    if (error instanceof ProblemError) this.records.answered(record, error.getStatus());
  }

  private async behave(behaviour: Behaviour | undefined, response: Response): Promise<void> {
    switch (behaviour?.mode) {
      case 'fail':
        throw refusal(behaviour);
      case 'gone':
        throw new ProblemError(410, { code: 'gone', detail: 'This endpoint wants no more requests.' });
      case 'reset':
        response.socket?.resetAndDestroy();
        response.destroy();
        return;
      case 'slow':
        return this.wait(delay(behaviour.delay, undefined, { signal: this.stopped.signal }), response);
      case 'hang':
        return this.wait(once(response, 'close', { signal: this.stopped.signal }), response);
    }
  }

  /** When the monitor stops meanwhile, the caller is let go without an answer. */
  private async wait(work: Promise<unknown>, response: Response): Promise<void> {
    await work.catch(() => response.destroy());
  }
}

function refusal({ status, retryAfter }: Behaviour): ProblemError {
  const headers: Record<string, string> = retryAfter === undefined ? {} : { 'Retry-After': String(retryAfter) };
  return new ProblemError(status, { code: 'told-to-fail', detail: 'This endpoint was told to fail: see /behaviours.' }, headers);
}

/** Who sends what, without what gives access. */
function keptHeaders({ headers }: Request): Record<string, string> {
  const kept = Object.entries(headers).filter(([name]) => name.startsWith('webhook-') || name === 'content-type');
  return Object.fromEntries(kept.map(([name, value]) => [name, String(value).slice(0, 1_000)]));
}

function check(schema: z.ZodType, body: string): void {
  const parsed = schema.safeParse(parse(body));
  if (parsed.success) return;
  const issues = parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new ProblemError(400, { code: 'invalid-request', detail: 'The request is not as the API describes it.', issues });
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new ProblemError(400, { code: 'bad-request', detail: 'The body is no JSON.' });
  }
}
