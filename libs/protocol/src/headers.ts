import { z } from 'zod';
import { isUuid } from './ids.js';

/** The headers Warren adds. They never grow with the journey. Source: protocol.md, Messages. */
export const headers = {
  /** When it was published, in milliseconds since the epoch (AMQP's own timestamp has seconds). */
  at: 'warren-at',
  run: 'warren-run',
  /** From 2: the first attempt is not counted on the wire. */
  attempt: 'warren-attempt',
  /** The parent: `<message id> <queue>`. */
  hop: 'warren-hop',
  redrive: 'warren-redrive',
  /** On a root whose source is told how its journey ends: the source's name. */
  source: 'warren-source',
  traceparent: 'traceparent',
  /** On a foreign message that waits for its next attempt: its digest. */
  foreign: 'warren-foreign',
  /** On a dead letter: the queue whose consumer gave it up. */
  queue: 'warren-queue',
  /** On a suspect that went back to its queue: how often a process has ended that had it alone. */
  endings: 'warren-endings',
  /** On a dead letter: its Cause, as JSON. */
  cause: 'warren-cause',
} as const;

const count = z.number().int().nonnegative();
const Headers = z.object({
  [headers.at]: count,
  [headers.run]: count.optional(),
  [headers.attempt]: count.optional(),
  [headers.hop]: z.string().max(400).optional(),
  [headers.redrive]: count.optional(),
  [headers.source]: z.string().max(255).optional(),
});

/** AMQP's properties as far as Warren reads them; whatever a foreign publisher put there. */
export interface WireProperties {
  messageId?: unknown;
  type?: unknown;
  appId?: unknown;
  correlationId?: unknown;
  contentType?: unknown;
  headers?: Record<string, unknown>;
}

/** What travels with a payload. */
export interface Envelope {
  /** UUID. */
  id: string;
  /** AMQP type: `<flow>.<contract>@<version>`. */
  type: string;
  /** The publishing service. */
  service: string;
  /** Id of the root message. */
  journey: string;
  /** Milliseconds since the epoch, by the publisher's clock. */
  at: number;
  /** Undefined when the publisher had not heard of a run: the observer's current one then. */
  run?: number;
  /** From 1. */
  attempt: number;
  /** From 0; raised by each redrive. */
  redrive: number;
  parent?: { id: string; queue: string };
  /** Of a root: the source that is told how its journey ends. */
  source?: string;
}

/** Reads the properties of a message that Warren published; undefined for a foreign publisher's. */
export function readEnvelope(properties: WireProperties): Envelope | undefined {
  const parsed = Headers.safeParse(properties.headers ?? {});
  const { messageId: id, correlationId: journey, type, appId } = properties;
  if (!parsed.success || !isUuid(id) || !isUuid(journey) || typeof type !== 'string') return undefined;
  const [parentId, queue] = parsed.data[headers.hop]?.split(' ') ?? [];
  return {
    id, journey, type,
    service: typeof appId === 'string' ? appId : '',
    at: parsed.data[headers.at],
    run: parsed.data[headers.run],
    attempt: Math.max(1, parsed.data[headers.attempt] ?? 1),
    redrive: parsed.data[headers.redrive] ?? 0,
    parent: isUuid(parentId) && queue ? { id: parentId, queue } : undefined,
    source: parsed.data[headers.source],
  };
}

/** AMQP publish properties of an envelope. */
export function writeEnvelope(envelope: Envelope) {
  const { at, run, attempt, redrive, parent, source } = envelope;
  const written: Record<string, string | number> = { [headers.at]: at, [headers.traceparent]: traceparent(envelope) };
  if (run !== undefined) written[headers.run] = run;
  if (attempt > 1) written[headers.attempt] = attempt;
  if (redrive > 0) written[headers.redrive] = redrive;
  if (source !== undefined) written[headers.source] = source;
  if (parent) written[headers.hop] = `${parent.id} ${parent.queue}`;
  return {
    messageId: envelope.id,
    type: envelope.type,
    appId: envelope.service,
    correlationId: envelope.journey,
    contentType: 'application/json',
    headers: written,
  };
}

/** W3C Trace Context, section 3.2: the journey's id is the trace, the message's last 8 bytes are the span. */
function traceparent({ journey, id }: Envelope): string {
  return `00-${journey.slice(0, 8)}${journey.slice(9, 13)}${journey.slice(14, 18)}${journey.slice(19, 23)}${journey.slice(24)}-${id.slice(19, 23)}${id.slice(24)}-01`;
}
