import { type Delivery } from '@warren/bus';
import { digestOf, headers, names, newId, readEnvelope, type Cause } from '@warren/protocol';
import { type Registry } from '../registry/registry.js';
import { contentOf, type Content } from './content.js';
import { groupOf } from './group.js';
import { likenessOf } from './likeness.js';
import { int4, storable, writtenJson } from './storable.js';
import { whence, type Source, type Whence } from './whence.js';

/** A row of dead_letters before it is stored: whatever was published, in a form that Postgres takes. */
export interface NewDeadLetter extends Content {
  message: string;
  journey: string;
  queue: string;
  consumer: string;
  redrive: number;
  flow: string;
  contract: string | null;
  service: string | null;
  run: number | null;
  /** The header warren-hop as it came. */
  parent: string | null;
  /** The digest by which the journal knows a message that Warren did not publish. */
  foreign: string | null;
  attempt: number;
  group: string;
  cause: Cause;
  /** JSON. */
  headers: string;
  contentType: string | null;
  /** See digestOf; of a nameless one also of its properties, by which its copies are known. */
  digest: string;
  origin: string | null;
  /** The publisher has given it no id of Warren's: copies are told by the digest. */
  nameless: boolean;
  /** How often it may have been taken in before. */
  returns: number;
  /** Its consumer reports its hop; else nobody does. */
  reported: boolean;
}

/** Never throws: nothing is refused for what it contains. */
export function readDeadLetter(delivery: Delivery, source: Source, registry: Registry): NewDeadLetter {
  const { exchange, routingKey, properties, body } = delivery;
  const from = whence(delivery, source);
  const consumer = registry.consumerOf(from.queue);
  const identity = identityOf(delivery, from);
  // What a consumer takes a foreign message for is what a redrive has to call it.
  const contract = (identity.nameless ? consumer?.contract : undefined) ?? text(properties.type);
  return {
    ...identity,
    ...contentOf(body, registry.renderingOfQueue(from.queue, contract ?? undefined)),
    contract,
    queue: from.queue,
    consumer: consumer?.name ?? from.queue,
    flow: consumer?.flow ?? flowOfType(contract),
    cause: from.cause,
    group: groupOf(from.queue, from.cause),
    headers: headersOf(properties.headers),
    contentType: text(properties.contentType),
    digest: identity.nameless ? likenessOf(delivery) : digestOf(exchange, routingKey, body),
    origin: source.queue === names.dead ? null : source.queue,
    reported: from.reported,
  };
}

function identityOf({ properties, redelivered, body }: Delivery, { exchange, topic, deaths, waited }: Whence) {
  const envelope = readEnvelope(properties);
  const given = properties.headers ?? {};
  const id = envelope?.id.toLowerCase() ?? newId();
  const known = text(given[headers.foreign]);
  return {
    message: id,
    journey: envelope?.journey.toLowerCase() ?? id,
    redrive: int4(envelope?.redrive ?? 0),
    attempt: int4(Math.max(1, (envelope?.attempt ?? deaths) - Number(waited))),
    run: envelope?.run === undefined ? null : int4(envelope.run),
    service: text(properties.appId),
    parent: text(given[headers.hop]),
    foreign: envelope ? known : digestOf(exchange, topic, body),
    nameless: envelope === undefined,
    returns: returnsOf(given['x-delivery-count']) ?? Number(redelivered),
  };
}

/** Only the queue types that count have it. */
const returnsOf = (count: unknown): number | undefined => (Number.isInteger(count) ? int4(Math.max(0, count as number)) : undefined);

/** Cause and queue have columns of their own. */
function headersOf(given: Record<string, unknown> = {}): string {
  const others = Object.entries(given).filter(([name]) => name !== headers.cause && name !== headers.queue);
  return writtenJson(Object.fromEntries(others));
}

const flowOfType = (type: string | null): string => /^([a-z][a-z0-9-]*)\.[A-Za-z0-9]+@\d+$/.exec(type ?? '')?.[1] ?? '';

const longestText = 1_024;
const text = (given: unknown): string | null => (typeof given === 'string' && given !== '' ? storable(given, longestText) : null);
