import { type Generated } from '@warren/database';
import { type DeliveryAttempt, type DeliveryState, type WaitingChoice } from '@warren/protocol';
import { type Target } from '../targets/target.js';

export interface Tables {
  /** Each content of the file that took effect. */
  revisions: { id: Generated<number>; at: Generated<Date>; hash: string };
  targets: TargetTable;
  events: { id: Generated<number>; at: Generated<Date>; target: string; kind: string; by: string; detail: string | null };
  deliveries: DeliveryTable;
  attempts: AttemptTable;
}

/** A target as the file had it when it took effect last, and how it is doing: all instances of the notifier agree on it here. */
interface TargetTable {
  name: string;
  spec: Target;
  /** It is not in the file any more, and what waits for it is delivered or made dead letters. */
  leaving: WaitingChoice | null;
  /** Since when it is in the state that it is in. */
  changed_at: Generated<Date>;
  /** Why it is disabled; null: it is not. */
  disabled: string | null;
  /** Why it is open; null: it is not. */
  opened: string | null;
  /** What the breaker's library keeps of its state while it is open. */
  breaker: Generated<unknown>;
  /** Before then no request may be sent, where it has a rate limit. */
  next_request: Generated<Date>;
  /** Before then no probe may be sent, while it is open. */
  next_probe: Generated<Date>;
}

interface DeliveryTable {
  message: string;
  target: string;
  seq: Generated<number>;
  at: Generated<Date>;
  journey: string;
  release: string;
  state: DeliveryState;
  next_at: Date | null;
  changed_at: Generated<Date>;
}

export interface AttemptTable {
  id: Generated<number>;
  message: string;
  target: string;
  at: Date;
  attempt: number;
  redrive: number;
  instance: string;
  ms: number;
  status: number | null;
  outcome: DeliveryAttempt['outcome'];
  error: string | null;
  body: string | null;
}
