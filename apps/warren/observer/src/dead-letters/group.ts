import { createHash } from 'node:crypto';
import { type Cause } from '@warren/protocol';
import { normalMessage, normalStack } from './normal.js';

/** The id of the group that a dead letter belongs to: one queue, one cause. 16 hex digits. */
export function groupOf(queue: string, { name, message, stack = '' }: Cause): string {
  const key = JSON.stringify([queue, name, normalMessage(message), normalStack(stack)]);
  return createHash('sha256').update(key).digest('hex').slice(0, 16);
}
