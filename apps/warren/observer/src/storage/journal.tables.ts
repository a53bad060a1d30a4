import { type Transaction } from '@warren/database';

/** The observer's SQL is by hand (unnest, partitions): Kysely knows no tables of it. */
export type JournalTransaction = Transaction<unknown>;

/** A row of messages. */
export interface MessageRow {
  /** `2026-11-20`, see dayOf. */
  day: string;
  id: string;
  seq: number;
  journey: string;
  parent: string | null;
  parentQueue: string | null;
  flow: string;
  exchange: string;
  topic: string;
  type: string | null;
  service: string | null;
  run: number;
  attempt: number;
  redrive: number;
  foreign: boolean;
  digest: string;
  line: string;
  /** Bytes of the body as it was published. */
  size: number;
  compressed: boolean;
  body: Buffer;
  /** By its publisher's clock, where it says and can be right. */
  published: Date | null;
  /** JSON of the fields that it is found by. */
  search: string | null;
}

export type HopOutcome = 'open' | 'retried' | 'handled' | 'dead' | 'discarded';

/** A row of hops: one message at one consumer. Open until it is handled or dead; what is dead opens again with a redrive, or is discarded. */
export interface HopRow {
  day: string;
  message: string;
  queue: string;
  consumer: string;
  flow: string;
  journey: string;
  /** The id that the consumer gave a foreign message: its children name that one. */
  alias: string | null;
  /** Of a foreign message, by which its consumer's report finds it. */
  digest: string | null;
  openedSeq: number;
  /** When it was opened, or opened again by a redrive. */
  since: Date | null;
  /** Null: the journey's root is not in the journal. */
  rootSeq: number | null;
  outcome: HopOutcome;
  service: string | null;
  instance: string | null;
  attempt: number;
  redrive: number;
  startedAt: Date | null;
  finishedAt: Date | null;
  retryAt: Date | null;
  children: number;
  errorName: string | null;
  errorMessage: string | null;
}

/** A row of attempts: one try at handling a message that did not go through at once. */
export interface AttemptRow {
  message: string;
  queue: string;
  redrive: number;
  attempt: number;
  outcome: 'handled' | 'retried' | 'dead';
  service: string;
  instance: string;
  startedAt: Date;
  finishedAt: Date;
  errorName: string | null;
  errorMessage: string | null;
  retryAt: Date | null;
}
