import { type Transition } from '@warren/protocol';
import { type TransitionRow } from '../gateway.tables.js';

export const transitionOf = (row: TransitionRow): Transition => ({
  id: row.id,
  epoch: row.epoch,
  run: row.run,
  from: row.from,
  to: row.to,
  by: row.by,
  state: row.state,
  askedAt: row.asked_at.toISOString(),
  confirmedAt: row.confirmed_at?.toISOString() ?? null,
  quiet: row.quiet,
  quietAt: row.quiet_at?.toISOString() ?? null,
  open: row.open,
  entries: row.entries,
});
