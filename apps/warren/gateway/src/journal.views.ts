import { type DeadLetterState, type Hop, type OperationKind, type OperationState, type Attempt, type JourneySelection, type Refusal, type Selection } from '@warren/protocol';

/** What the gateway reads of the observer's views, besides its registry. */
export interface JournalViews {
  dead_letters: DeadLetterRow;
  dead_groups: DeadGroupRow;
  attempts: AttemptRow;
  hops: HopRow;
  operations: OperationRow;
  answers: AnswerRow;
}

export interface DeadLetterRow {
  id: number;
  message: string;
  journey: string;
  flow: string;
  queue: string;
  consumer: string;
  contract: string | null;
  service: string | null;
  foreign: boolean;
  redrive: number;
  attempt: number;
  state: DeadLetterState;
  group: string;
  /** Name of the error. */
  cause: string;
  /** Its message. */
  error: string;
  stack: string | null;
  at: Date;
  size: number;
  line: string;
  edited: boolean;
  operation: string | null;
  refusal: string | null;
  headers: Record<string, unknown>;
  content_type: string | null;
  /** Of `shown`: zstd. */
  compressed: boolean;
  /** The body without its secrets. */
  shown: Buffer;
}

export interface DeadGroupRow {
  id: string;
  flow: string;
  queue: string;
  consumer: string;
  cause: string;
  error: string;
  stack: string | null;
  dead: number;
  total: number;
  first_seen: Date;
  last_seen: Date;
  trend: number[];
  notes: { at: string; by: string; text: string }[];
}

export interface AttemptRow {
  message: string;
  queue: string;
  redrive: number;
  attempt: number;
  outcome: Attempt['outcome'];
  service: string;
  instance: string;
  started_at: Date;
  finished_at: Date;
  error_name: string | null;
  error_message: string | null;
  retry_at: Date | null;
}

export interface HopRow {
  message: string;
  /** The id that a foreign message has at this consumer. */
  alias: string | null;
  queue: string;
  consumer: string;
  outcome: Hop['outcome'];
  attempt: number;
  redrive: number;
  service: string | null;
  instance: string | null;
  started_at: Date | null;
  finished_at: Date | null;
  retry_at: Date | null;
  children: number;
  error_name: string | null;
  error_message: string | null;
  /** When it was opened, or opened again by a redrive; null: before that was kept. */
  since: Date | null;
}

export interface OperationRow {
  id: string;
  kind: OperationKind;
  state: OperationState;
  by: string;
  at: Date;
  selection: Selection | JourneySelection | null;
  queue: string | null;
  rate: number | null;
  total: number;
  done: number;
  open: number;
  handled: number;
  dead_again: number;
  discarded: number;
  adopted: number;
  replayed: number;
  refused: number;
  finished_at: Date | null;
  problem: string | null;
}

/** What the observer did with a request, or why not: also the audit. */
export interface AnswerRow {
  /** The request's. */
  id: string;
  seq: number;
  at: Date;
  by: string;
  action: string;
  subject: unknown;
  refusal: Refusal | null;
}

