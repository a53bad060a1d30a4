import { headers } from '@warren/protocol';

/** What the broker adds on its way, and what must not travel on: a retry and a redrive are a new start for them. */
const brokerHeaders = ['x-death', 'x-first-death-exchange', 'x-first-death-queue', 'x-first-death-reason', 'x-last-death-exchange',
  'x-last-death-queue', 'x-last-death-reason', 'x-delivery-count', 'x-acquired-count', 'CC', 'BCC']; // prettier-ignore
const left = new Set<string>([...brokerHeaders, ...Object.values(headers).filter((name) => name !== headers.hop)]);

/** Headers that are larger do not travel on: AMQP has 64 kB for all of them, and for the other properties. */
const mostBytes = 32 * 1024;
const deepest = 20;
/** As the envelope is read. */
const longestParent = 400;
/** Names that amqplib trips over in a table: its mark for a type, and a method that it calls. */
const tripping = new Set(['!', 'hasOwnProperty']);

/**
 * The headers that its publisher gave a message, as far as they travel on: Warren's own are written anew. What amqplib has read but cannot
 * write would close the channel, so such a value goes in another form, or not at all.
 */
export function travelling(all: Record<string, unknown> = {}): Record<string, unknown> {
  const kept = Object.fromEntries(Object.entries(all).filter(([name, value]) => !left.has(name) && (name !== headers.hop || isParent(value))));
  const written = table(kept, 0);
  return Buffer.byteLength(JSON.stringify(written)) > mostBytes ? {} : written;
}

/** With another the message would be taken for a foreign one, at every attempt anew. */
const isParent = (hop: unknown): boolean => typeof hop === 'string' && hop.length <= longestParent;

function writable(value: unknown, depth: number): unknown {
  if (typeof value === 'number') return writableNumber(value);
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return value;
  if (depth > deepest) return null;
  if (Array.isArray(value)) return value.map((item) => writable(item, depth + 1));
  return isTyped(value) ? value : table(value, depth);
}

const table = (value: object, depth: number): Record<string, unknown> =>
  Object.fromEntries(Object.entries(value).flatMap(([name, inner]) => (tripping.has(name) ? [] : [[name, writable(inner, depth + 1)]])));

/** amqplib takes a whole number for a 64-bit integer, however large; the broker ends a connection that brings it NaN or Infinity. */
function writableNumber(value: number): unknown {
  if (!Number.isFinite(value)) return null;
  return Number.isInteger(value) && !Number.isSafeInteger(value) ? { '!': 'double', value } : value;
}

/** A timestamp or a decimal as amqplib reads it. */
function isTyped(value: object): boolean {
  const { '!': type, value: inner } = value as Record<string, unknown>;
  if (type === 'timestamp') return Number.isSafeInteger(inner) && (inner as number) >= 0;
  return type === 'decimal' && typeof inner === 'object' && inner !== null && 'places' in inner && 'digits' in inner;
}
