import { type Delivery } from '@warren/bus';
import { Announcement, digestOf, HopReports, journalTypes, Marker, names, readEnvelope, Retirement, type Envelope } from '@warren/protocol';

/** What a delivery of the journal queue is to the observer. */
export type Entry =
  | { kind: 'message'; message: Arrival }
  | { kind: 'hops'; reports: HopReports }
  | { kind: 'announcement'; announcement: Announcement }
  | { kind: 'retirement'; queue: string }
  | { kind: 'marker'; id: string }
  | { kind: 'poison'; reason: string };

/** A copy of a message, as the broker routed it. */
export interface Arrival {
  exchange: string;
  topic: string;
  body: Buffer;
  /** AMQP type, where there is one. */
  type?: string;
  /** How often it may have been journaled before: the broker's count of returns to the queue. */
  returns: number;
  /** See digestOf. */
  digest: string;
  /** Undefined: the publisher is not Warren's. */
  envelope?: Envelope;
}

/** Control records are what came through the journal's own exchange; everything else is a message. Never throws. */
export function readEntry(delivery: Delivery): Entry {
  if (delivery.exchange !== names.journal) return { kind: 'message', message: readArrival(delivery) };
  try {
    return readControl(delivery.routingKey, JSON.parse(delivery.body.toString()));
  } catch (error) {
    return { kind: 'poison', reason: `${delivery.routingKey}: ${(error as Error).message}` };
  }
}

function readControl(type: string, record: unknown): Entry {
  switch (type) {
    case journalTypes.hops: return { kind: 'hops', reports: readReports(record) };
    case journalTypes.announcement: return { kind: 'announcement', announcement: Announcement.parse(record) };
    case journalTypes.retired: return { kind: 'retirement', queue: Retirement.parse(record).queue };
    case journalTypes.marker: return { kind: 'marker', id: Marker.parse(record).id };
    default: return { kind: 'poison', reason: `"${type}" is no record that the observer knows.` };
  } // prettier-ignore
}

function readArrival({ exchange, routingKey: topic, body, redelivered, properties }: Delivery): Arrival {
  const { type } = properties;
  const returns = properties.headers?.['x-delivery-count'];
  return {
    exchange, topic, body,
    returns: typeof returns === 'number' ? returns : Number(redelivered),
    type: typeof type === 'string' ? type : undefined,
    digest: digestOf(exchange, topic, body),
    envelope: canonical(readEnvelope(properties)),
  }; // prettier-ignore
}

/** Ids as Postgres gives them back: RFC 9562 (section 4) lets a publisher write them in upper case. */
function canonical(envelope: Envelope | undefined): Envelope | undefined {
  const { id, journey, parent } = envelope ?? {};
  return envelope && { ...envelope, id: lower(id), journey: lower(journey), parent: parent && { ...parent, id: lower(parent.id) } };
}

function readReports(record: unknown): HopReports {
  const reports = HopReports.parse(record);
  return { ...reports, hops: reports.hops.map((hop) => ({ ...hop, id: lower(hop.id), journey: lower(hop.journey) })) };
}

const lower = (id = ''): string => id.toLowerCase();
