import { type HopRow } from '../journal.views.js';

/** A journey as a whole. It goes by the id of its root, and by those that consumers gave a foreign root. */
export interface HeadRow {
  root: string;
  aliases: string[];
  now: Date;
  messages: number;
  flow: string | null;
  /** Milliseconds; null: the flow says none. */
  deadline: number | null;
  /** When its first message was published, or else journalled. */
  started: Date | null;
  /** Of a foreign root. */
  digest: string | null;
  /** The journey that it is a replay of. */
  replayOf: string | null;
  /** Its own replays, the newest first. */
  replays: string[];
}

/** The hops of a journey at one queue. */
export interface QueueRow {
  queue: string;
  consumer: string;
  /** Whose consumer it is, or was when it last reported. */
  service: string | null;
  open: number;
  handled: number;
  dead: number;
  discarded: number;
  /** Of those that are open, those that wait for their next attempt. */
  retrying: number;
  /** When the first of them is due. */
  due: Date | null;
  /** Since when the first open one has waited. */
  since: Date | null;
  /** When the last open one was redriven. */
  redriven: Date | null;
  ended: Date | null;
}

export interface MessageRow {
  seq: number;
  id: string;
  at: Date | null;
  published: Date | null;
  flow: string | null;
  type: string | null;
  topic: string | null;
  service: string | null;
  parent: string | null;
  parent_queue: string | null;
  foreign: boolean | null;
  differs: boolean | null;
  digest: string | null;
  line: string | null;
  size: number | null;
  hops: HopRow[];
}

export interface LetterRow {
  id: number;
  message: string;
  queue: string;
}
