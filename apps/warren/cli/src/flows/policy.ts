import { type AnnouncedConsumer } from '@warren/protocol';
import { counted } from '../terminal.js';
import { span } from './span.js';

/** Delays that differ are named up to so many. */
const most = 6;

/** `5 attempts, after 1 s, 5 s, 30 s, 2 min; then a dead letter`. */
export function policyInWords({ attempts, delays, deadline }: AnnouncedConsumer['policy']): string {
  const waits = Array.from({ length: Math.max(attempts - 1, 0) }, (_, n) => delays[Math.min(n, delays.length - 1)] ?? 0);
  const after = waits.length === 0 ? '' : `, after ${waitsInWords(waits)}`;
  const limit = deadline === undefined ? '' : `; none begins later than ${span(deadline)} after the publish`;
  return `${counted(attempts, 'attempt')}${after}${limit}; then a dead letter`;
}

/** The last one often repeats: it is named once. */
function waitsInWords(waits: readonly number[]): string {
  const last = waits.at(-1) ?? 0;
  const growing = waits.slice(0, waits.findLastIndex((wait) => wait !== last) + 1);
  const named = growing.length < most ? growing.map(span) : [...growing.slice(0, most - 2).map(span), '…'];
  const end = waits.length - growing.length > 1 ? `${span(last)} each` : span(last);
  const join = waits.length - growing.length > 1 ? ', then ' : ', ';
  return named.length === 0 ? end : `${named.join(', ')}${join}${end}`;
}
