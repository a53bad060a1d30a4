import { type Registry } from '../registry/registry.js';
import { type MessageRow } from '../storage/journal.tables.js';
import { Body, pack } from './body.js';
import { dayOf } from './day.js';
import { type Arrival } from './entry.js';
import { fieldsShown } from './fields-shown.js';
import { lineOf, withoutSecrets } from './line.js';
import { searchedOf } from './searched.js';

const oneDay = 86_400_000;

/** What the observer adds to a message. */
export interface Place {
  id: string;
  seq: number;
  /** Of a message that brings none. */
  run: number;
  /** Milliseconds since the epoch. */
  now: number;
  /** That of its hops, where they are there already: both are in one partition, so that each finds the other at once. */
  day?: string;
}

/** How a message is kept: rendered and masked by its contract, its body packed. */
export function messageRow({ exchange, topic, type, body, digest, envelope }: Arrival, { id, seq, run, now, day }: Place, registry: Registry): MessageRow {
  const rendering = registry.renderingOf(exchange, topic, type);
  const shown = new Body(withoutSecrets(body, rendering), fieldsShown(rendering));
  const journey = envelope?.journey ?? id;
  return {
    id, seq, journey, digest,
    day: day ?? dayOf(journey, envelope?.at ?? now, now),
    parent: envelope?.parent?.id ?? null,
    parentQueue: storable(envelope?.parent?.queue),
    flow: storable(registry.flowOf(exchange)) ?? '',
    exchange: storable(exchange) ?? '',
    topic: storable(topic) ?? '',
    type: storable(type),
    service: storable(envelope?.service),
    run: int4(envelope?.run ?? run),
    attempt: int4(envelope?.attempt ?? 1),
    redrive: int4(envelope?.redrive ?? 0),
    foreign: envelope === undefined,
    line: lineOf(shown, rendering),
    size: body.length,
    published: publishedAt(envelope?.at, now),
    search: searchedOf(shown, rendering.search ?? []),
    ...pack(shown.bytes),
  }; // prettier-ignore
}

/** Postgres keeps no NUL in a text; AMQP does. */
const storable = (text: string | undefined): string | null => text?.replaceAll('\0', '') ?? null;

/** Who publishes may say any time: what lies in the future is a mistake. */
const publishedAt = (at: number | undefined, now: number): Date | null => (at !== undefined && at < now + oneDay ? new Date(at) : null);

/** A header may say any number. */
const int4 = (number: number): number => Math.min(number, 2 ** 31 - 1);
