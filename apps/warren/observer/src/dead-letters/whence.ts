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

export function whence(delivery: Delivery, { queue, origin }: Source): Whence {
  const { exchange, routingKey: topic, properties } = delivery;
  const told = properties.headers?.[headers.queue];
  const death = deathOf(deathsOf(properties.headers), queue);
  const published = { exchange: death?.exchange ?? exchange, topic: death?.['routing-keys'][0] ?? topic, deaths: death?.count ?? 1 };
  if (typeof told === 'string' && told !== '') {
    const cause = properties.headers?.[headers.cause];
    return { ...published, queue: storable(told, longest.queue), cause: readCause(cause), reported: true, waited: false };
  }
  if (exchange === names.return) return { ...published, queue: storable(topic, longest.queue), cause: queueGone(topic), reported: false, waited: true };
  const died = storable(death?.queue ?? origin ?? queue, longest.queue);
  return { ...published, queue: died, cause: death ? causeOf(death) : unknownCause(queue), reported: false, waited: false };
}

/** The newest that was no wait: hand-made retries let a message expire in a queue of their own, and come back. */
function deathOf(deaths: readonly Death[], queue: string): Death | undefined {
  const elsewhere = deaths.filter((death) => death.queue !== queue);
  return elsewhere.find(({ reason }) => reason !== 'expired') ?? elsewhere[0];
}

function readCause(header: unknown): Cause {
  if (typeof header !== 'string') return { name: 'Error', message: '' };
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
