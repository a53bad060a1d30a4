import { DeadGroups, DeadLetterDetail, DeadLetters, DryRun, Operation, Problem, type DeadLetter, type Selection } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { type z } from 'zod';

export interface Asked {
  status: number;
  /** As JSON. */
  body: unknown;
}

type Kind = 'redrive' | 'discard';
const prefix = '/api/v1';
/** On one page. */
const page = 200;

/** The dead letters of a system as its operators see them. */
export class DeadLetterApi {
  /** @param url of the gateway, which may be another one after a restart. */
  constructor(private readonly url: () => string) {}

  async ask(path: string, { method = 'GET', body, key }: { method?: string; body?: unknown; key?: string } = {}): Promise<Asked> {
    const headers = { 'content-type': 'application/json', ...(key === undefined ? {} : { 'idempotency-key': key }) };
    const response = await fetch(`${this.url()}${prefix}${path}`, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
    const text = await response.text();
    return { status: response.status, body: text === '' ? undefined : (JSON.parse(text) as unknown) };
  }

  /** All that a search finds, the newest first. */
  async all(q = ''): Promise<DeadLetter[]> {
    const found: DeadLetter[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const search: URLSearchParams = new URLSearchParams({ q, limit: String(page), ...(cursor ? { cursor } : {}) });
      const { items, next }: DeadLetters = await this.get(`/dead-letters?${search.toString()}`, DeadLetters);
      found.push(...items);
      cursor = next;
    }
    return found;
  }

  one(id: number): Promise<DeadLetterDetail> {
    return this.get(`/dead-letters/${id}`, DeadLetterDetail);
  }

  groups(q = ''): Promise<DeadGroups> {
    return this.get(`/dead-letters/groups?${new URLSearchParams({ q }).toString()}`, DeadGroups);
  }

  async dryRun(kind: Kind, selection: Selection): Promise<DryRun> {
    const { status, body } = await this.ask(`/dead-letters/${kind}`, { method: 'POST', body: { ...selection, dryRun: true } });
    return read(DryRun, { status, body }, 200);
  }

  start(kind: Kind, selection: Selection & { rate?: number }, key?: string): Promise<Asked> {
    return this.ask(`/dead-letters/${kind}`, { method: 'POST', body: selection, key });
  }

  async started(kind: Kind, selection: Selection & { rate?: number }, key?: string): Promise<Operation> {
    return read(Operation, await this.start(kind, selection, key), 202);
  }

  operation(id: string): Promise<Operation> {
    return this.get(`/operations/${id}`, Operation);
  }

  /** Resolves when the operation has been through all, and what it redrove has come to its end. */
  async settled(id: string, timeout = 30_000): Promise<Operation> {
    let seen: Operation | undefined;
    const settled = async () => {
      seen = await this.operation(id);
      return seen.finishedAt !== null && seen.outcomes.open === 0 && seen;
    };
    return waitFor(settled, { timeout, interval: 100, what: `the end of operation ${id}` }).catch((error: unknown) => {
      throw new Error(`The operation is ${JSON.stringify(seen)}`, { cause: error });
    });
  }

  private async get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    return read(schema, await this.ask(path), 200);
  }
}

/** @throws with the problem when the answer is another one than was wanted. */
export function read<S extends z.ZodType>(schema: S, { status, body }: Asked, wanted: number): z.output<S> {
  if (status !== wanted) throw new Error(`Answered ${status} and not ${wanted}: ${JSON.stringify(Problem.partial().safeParse(body).data ?? body)}`);
  return schema.parse(body);
}
