import { type Delivery } from '@warren/bus';
import {
  headers, journalTypes, names, newId, writeEnvelope, type AnnouncedConsumer, type AnnouncedContract, type Announcement, type Envelope, type HopReport,
} from '@warren/protocol'; // prettier-ignore

/** What the journal's queue gives the observer. */
export interface Given extends Partial<Delivery> {
  payload?: unknown;
  /** Milliseconds. */
  expiration?: string;
}

/** A message that a service of Warren's has published. */
export function message({ payload = { text: 'MSG_1' }, exchange = 'signal', routingKey = 'my.o', ...given }: Given = {}, envelope: Partial<Envelope> = {}): Delivery {
  const id = envelope.id ?? newId();
  const properties = writeEnvelope({
    id, journey: id, type: 'signal.original@1', service: 'signal-orig', at: Date.now(), run: 1, attempt: 1, redrive: 0, ...envelope,
  }); // prettier-ignore
  return { exchange, routingKey, redelivered: false, properties, body: Buffer.from(JSON.stringify(payload)), ...given };
}

/** A message that another AMQP client has published. */
export function foreign({ payload = { text: 'from outside' }, returns = 0, ...given }: Given & { returns?: number } = {}): Delivery {
  const properties = { headers: returns === 0 ? {} : { 'x-delivery-count': returns } };
  return { exchange: 'signal', routingKey: 'my.o', redelivered: returns > 0, properties, body: Buffer.from(JSON.stringify(payload)), ...given };
}

/** A message that a consumer of Warren's has given up; `cause`: a Cause, or the header as it is. */
export function dead(
  { queue = 'signal.imed', cause = { name: 'TypeError', message: 'no' }, ...given }: Given & { queue?: string; cause?: unknown } = {}, envelope: Partial<Envelope> = {},
): Delivery {
  const made = message({ exchange: names.dead, routingKey: '', ...given }, envelope);
  const header = typeof cause === 'object' ? JSON.stringify(cause) : cause;
  return { ...made, properties: { ...made.properties, headers: { ...made.properties.headers, [headers.queue]: queue, [headers.cause]: header } } };
}

/** A message that the broker has given up. */
export function brokerDead(death: { queue: string; reason?: string; count?: number }, made: Delivery = foreign()): Delivery {
  const entry = { reason: 'delivery_limit', exchange: made.exchange, 'routing-keys': [made.routingKey], count: 1, time: { '!': 'timestamp', value: 1_795_000_000 }, ...death };
  return { ...made, exchange: names.dead, properties: { ...made.properties, headers: { ...made.properties.headers, 'x-death': [entry] } } };
}

export const control = (routingKey: string, record: unknown): Delivery =>
  ({ exchange: names.journal, routingKey, redelivered: false, properties: { type: routingKey }, body: Buffer.from(JSON.stringify(record)) });

export const report = (hop: Partial<HopReport> & Pick<HopReport, 'id'>): Delivery =>
  control(journalTypes.hops, { service: 'signal-imed', instance: 'signal-imed-0001', hops: [hopReport(hop)] });

export const hopReport = (hop: Partial<HopReport> & Pick<HopReport, 'id'>): HopReport => ({
  journey: hop.id, queue: 'signal.imed', consumer: 'signal.imed', attempt: 1, redrive: 0, outcome: 'handled',
  startedAt: Date.now(), finishedAt: Date.now(), children: 1, ...hop,
}); // prettier-ignore

export const marker = (id = newId()): Delivery => control(journalTypes.marker, { id });

export const announce = (announced: Partial<Announcement> = {}): Delivery => control(journalTypes.announcement, announcement(announced));

export const retire = (queue = 'signal.imed'): Delivery => control(journalTypes.retired, { queue });

export const announcement = (announced: Partial<Announcement> = {}): Announcement => ({
  service: 'signal-imed', instance: 'signal-imed-0001', sources: [],
  flows: [{ name: 'signal', exchange: 'signal', contracts: [contract()] }],
  consumers: [consumer()],
  ...announced,
}); // prettier-ignore

export const contract = (announced: Partial<AnnouncedContract> = {}): AnnouncedContract =>
  ({ name: 'original', topic: 'my.o', version: 1, type: 'signal.original@1', terminal: false, line: '{text}', secret: [], schema: {}, ...announced });

export const consumer = (announced: Partial<AnnouncedConsumer> = {}): AnnouncedConsumer => ({
  name: 'signal.imed', flow: 'signal', queue: 'signal.imed', exchange: 'signal', pattern: 'my.o', contract: 'signal.original@1', concurrency: 10,
  policy: { attempts: 1, delays: [] }, ...announced,
}); // prettier-ignore
