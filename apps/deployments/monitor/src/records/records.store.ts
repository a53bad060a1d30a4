import { Injectable } from '@nestjs/common';
import { ProblemError } from '@warren/service';

/** Of a stand-in that keeps all in memory: requests of each endpoint, characters of a body, endpoints. */
export const bounds = { records: 10_000, body: 4_096, endpoints: 100 };

/** What a request said, as it arrived. */
export interface Arrival {
  method: string;
  headers: Record<string, string>;
  body: string;
}

/** A request that an endpoint got. */
export interface Kept {
  seq: number;
  at: string;
  endpoint: string;
  method: string;
  webhookId: string | null;
  /** The webhook-* headers and content-type. */
  headers: Record<string, string>;
  /** Its first 4,096 characters. */
  body: string;
  /** What it was answered; null: nothing yet, or never. */
  status: number | null;
}

/** With how often its webhook-id has come to the endpoint, among the requests that are kept. */
export interface Shown extends Kept {
  times: number;
}

export interface Summary {
  endpoint: string;
  /** Since the start or the last DELETE /records. */
  requests: number;
  accepted: number;
  /** Different webhook-ids among the requests that are kept, and among those of them that were accepted. */
  ids: number;
  acceptedIds: number;
}

interface Endpoint {
  /** The seq of its first request: an answer to an earlier one counts for nothing here. */
  since: number;
  kept: Kept[];
  requests: number;
  accepted: number;
  /** How often each webhook-id is among `kept`. */
  times: Map<string, number>;
}

/** What the endpoints got, in memory: the last 10,000 requests of each. */
@Injectable()
export class Records {
  private readonly endpoints = new Map<string, Endpoint>();
  private seq = 0;

  /** @throws ProblemError 409 for one endpoint too many. */
  add(endpoint: string, { method, headers, body }: Arrival): Kept {
    this.seq += 1;
    const of = this.endpoint(endpoint);
    const webhookId = headers['webhook-id'] ?? null;
    const one: Kept = { seq: this.seq, at: new Date().toISOString(), endpoint, method, webhookId, headers, body: body.slice(0, bounds.body), status: null };
    of.requests += 1;
    of.kept.push(one);
    count(of.times, webhookId, 1);
    if (of.kept.length > bounds.records) count(of.times, of.kept.shift()?.webhookId, -1);
    return one;
  }

  answered(one: Kept, status: number): void {
    one.status = status;
    const of = this.endpoints.get(one.endpoint);
    if (of && one.seq >= of.since && isAccepted(one)) of.accepted += 1;
  }

  shown(one: Kept): Shown {
    return { ...one, times: this.endpoints.get(one.endpoint)?.times.get(one.webhookId ?? '') ?? 1 };
  }

  /** Newest first. */
  list({ endpoint, id, limit }: { endpoint?: string | undefined; id?: string | undefined; limit: number }): Shown[] {
    const all = endpoint === undefined ? [...this.endpoints.values()] : [this.endpoints.get(endpoint)];
    const found = all.flatMap((of) => of?.kept ?? []).filter(({ webhookId }) => id === undefined || webhookId === id);
    return found.sort((one, other) => other.seq - one.seq).slice(0, limit).map((one) => this.shown(one));
  }

  summary(): Summary[] {
    return [...this.endpoints].map(([endpoint, { kept, requests, accepted, times }]) => {
      const acceptedIds = new Set(kept.filter(isAccepted).flatMap(({ webhookId }) => webhookId ?? [])).size;
      return { endpoint, requests, accepted, ids: times.size, acceptedIds };
    });
  }

  clear(): void {
    this.endpoints.clear();
  }

  private endpoint(name: string): Endpoint {
    const known = this.endpoints.get(name);
    if (known) return known;
    if (this.endpoints.size >= bounds.endpoints) throw new ProblemError(409, { code: 'too-many-endpoints', detail: `At most ${bounds.endpoints} endpoints are kept: DELETE /records first.` });
    const made: Endpoint = { since: this.seq, kept: [], requests: 0, accepted: 0, times: new Map() };
    this.endpoints.set(name, made);
    return made;
  }
}

const isAccepted = ({ status }: Kept): boolean => status !== null && status < 300;

function count(times: Map<string, number>, id: string | null | undefined, change: number): void {
  if (id === null || id === undefined) return;
  const now = (times.get(id) ?? 0) + change;
  if (now > 0) times.set(id, now);
  else times.delete(id);
}
