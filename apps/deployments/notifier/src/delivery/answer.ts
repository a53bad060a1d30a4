/** What a release is to a template. */
export interface Subject {
  /** The message's id, and `webhook-id`. */
  id: string;
  release: string;
  /** ISO 8601. */
  datetime: string;
  attributes: Readonly<Record<string, string>>;
}

/** An HTTP answer as far as it matters. */
export interface Answer {
  status: number;
  /** Of Retry-After: milliseconds from now; undefined where there is none, or none that can be read. */
  retryAfter: number | undefined;
  /** Its first 4 kB, secrets masked. */
  body: string;
  ms: number;
}

/** What an answer, or the lack of one, means for the message. */
export type Verdict =
  | { kind: 'delivered' }
  /** Try again by policy, or after `delay` milliseconds where the target asks for it. `outage`: counts for the breaker. */
  | { kind: 'retry'; reason: string; delay?: number; outage: boolean }
  /** 410: the target wants no more. */
  | { kind: 'gone'; reason: string }
  /** No later attempt would go better. */
  | { kind: 'refused'; reason: string };
