import { type Delivery } from '@warren/bus';
import { Cause, headers, names } from '@warren/protocol';
import { deathsOf, type Death } from './deaths.js';
import { storable } from './storable.js';

/** The queue that letters are taken in from. */
export interface Source {
  queue: string;
  /** Where those died that do not say it themselves. */
  origin?: string;
}

/** Where a message died and why, and where it was published before. */
export interface Whence {
  queue: string;
  cause: Cause;
  exchange: string;
  topic: string;
  /** How often it died there, as the broker counts. */
  deaths: number;
  /** A consumer of Warren's gave it up, and reports its hop too. */
  reported: boolean;
  /** It was on its way to its next attempt, which was not made. */
  waited: boolean;
}

const longest = { queue: 255, name: 200, message: 10_000, stack: 20_000 };

export function whence({ exchange, routingKey: topic, properties }: Delivery, source: Source): Whence {
  const { [headers.queue]: told, [headers.cause]: cause } = properties.headers ?? {};
  const death = deathOf(deathsOf(properties.headers), source.queue);
  const published = { exchange: death?.exchange ?? exchange, topic: death?.['routing-keys'][0] ?? topic, deaths: death?.count ?? 1 };
  const place = typeof told === 'string' && told !== '' ? told : undefined;
  if (place !== undefined && typeof cause === 'string') return { ...published, queue: name(place), cause: readCause(cause), reported: true, waited: false };
  if (exchange === names.return) return { ...published, queue: name(topic), cause: queueGone(topic), reported: false, waited: true };
  const died = place ?? death?.queue ?? source.origin ?? source.queue; // what was set aside says from where
  return { ...published, queue: name(died), cause: death ? causeOf(death) : unknownCause(source.queue), reported: false, waited: false };
}

const name = (queue: string): string => storable(queue, longest.queue);

/** The newest that was no wait: hand-made retries let a message expire in a queue of their own, and come back. */
function deathOf(deaths: readonly Death[], queue: string): Death | undefined {
  const elsewhere = deaths.filter((death) => death.queue !== queue);
  return elsewhere.find(({ reason }) => reason !== 'expired') ?? elsewhere[0];
}

function readCause(header: string): Cause {
  const { data } = Cause.safeParse(parsed(header));
  if (!data) return { name: 'Error', message: storable(header, longest.message) };
  const { name, message, stack } = data;
  return {
    name: storable(name, longest.name) || 'Error',
    message: storable(message, longest.message),
    stack: stack === undefined ? undefined : storable(stack, longest.stack),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Why a broker gives a message up. Source: RabbitMQ's guide to dead lettering, "What is a dead letter exchange". */
const reasons: Record<string, Cause> = {
  delivery_limit: { name: 'DeliveryLimitError', message: 'The process or its connection ended each time it had this message in hand, up to the delivery limit of the queue.' },
  rejected: { name: 'RejectedError', message: 'Its consumer rejected it.' },
  expired: { name: 'ExpiredError', message: 'It waited longer than its time to live.' },
  maxlen: { name: 'QueueLengthError', message: 'The queue was full.' },
};

const causeOf = ({ reason }: Death): Cause => reasons[reason] ?? { name: 'BrokerError', message: storable(`The broker gave it up: ${reason}.`, longest.message) };

const queueGone = (queue: string): Cause => ({ name: 'QueueGoneError', message: storable(`Queue "${queue}" was gone when the message came back for its next attempt.`) });

const unknownCause = (queue: string): Cause => ({ name: 'UnknownError', message: storable(`It was in queue "${queue}" and does not say why.`) });
