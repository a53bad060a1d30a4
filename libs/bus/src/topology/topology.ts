import { bindingQueueArgument, journalTypes, names, type ContractInfo } from '@warren/protocol';
import type { Channel, Options } from 'amqplib';

/** Every exchange, queue and binding that Warren declares. Rules and reasons: docs/protocol.md, Exchanges and queues. */
const quorum = { 'x-queue-type': 'quorum' };
/** Never absent: RabbitMQ 4 would take 20, and at the limit without a dead-letter exchange messages vanish. */
const practicallyNever = 1_000_000_000;

const deadLettering = {
  'x-dead-letter-exchange': names.dead,
  'x-dead-letter-strategy': 'at-least-once',
  'x-overflow': 'reject-publish', // at-least-once needs it
};

export const queueArguments = {
  consumer: { ...quorum, ...deadLettering, 'x-delivery-limit': 20 },
  journal: { ...quorum, 'x-delivery-limit': practicallyNever, 'x-single-active-consumer': true },
  dead: { ...quorum, 'x-delivery-limit': practicallyNever, 'x-single-active-consumer': true },
  requests: { ...quorum, ...deadLettering, 'x-delivery-limit': 20, 'x-single-active-consumer': true },
  band: { ...quorum, ...deadLettering, 'x-dead-letter-exchange': names.return, 'x-delivery-limit': practicallyNever },
} as const;

const durable = (args: Record<string, unknown>): Options.AssertQueue => ({ durable: true, arguments: args });

export const declareFlow = (channel: Channel, exchange: string) => channel.assertExchange(exchange, 'topic', { durable: true });

/** Dead queue, the way back for retries, and where retries go whose queue is gone. */
export async function declareDeadLetters(channel: Channel): Promise<void> {
  await channel.assertExchange(names.dead, 'fanout', { durable: true });
  await channel.assertExchange(names.lost, 'fanout', { durable: true });
  await channel.assertExchange(names.return, 'direct', { durable: true, alternateExchange: names.lost });
  await channel.assertQueue(names.dead, durable(queueArguments.dead));
  await channel.bindQueue(names.dead, names.dead, '');
  await channel.bindQueue(names.dead, names.lost, '');
}

export async function declareJournal(channel: Channel): Promise<void> {
  await channel.assertExchange(names.journal, 'direct', { durable: true });
  await channel.assertQueue(names.journal, durable(queueArguments.journal));
  for (const key of Object.values(journalTypes)) await channel.bindQueue(names.journal, names.journal, key);
}

/** Where a service sets messages aside that may be what ends its processes. */
export const declareAlone = (channel: Channel, service: string) => channel.assertQueue(names.alone(service), durable(queueArguments.consumer));

/** What a source is told of the ends of its journeys, and its way back from a delay. */
export async function declareEnds(channel: Channel, source: string): Promise<void> {
  const queue = names.ends(source);
  await channel.assertQueue(queue, durable(queueArguments.consumer));
  await channel.bindQueue(queue, names.return, queue);
}

/** What operators ask of the observer waits here, also while there is none. */
export const declareRequests = (channel: Channel) => channel.assertQueue(names.requests, durable(queueArguments.requests));

interface Way {
  /** Whether the journal has a copy of what the consumer takes. */
  journal: boolean;
  /** Whether new messages of the flow come to it. Default true. */
  bound?: boolean;
}

/** A consumer's queue, its binding to the flow, its way back from a delay, and the journal's copy of what it takes. */
export async function declareConsumer(channel: Channel, queue: string, contract: ContractInfo, { journal, bound = true }: Way): Promise<void> {
  await declareFlow(channel, contract.exchange);
  await channel.assertQueue(queue, durable(queueArguments.consumer));
  await channel.bindQueue(queue, names.return, queue);
  if (journal) await declareOwnExchange(channel, queue);
  if (bound && journal) await channel.bindExchange(queue, contract.exchange, contract.topic);
  if (bound && !journal) await channel.bindQueue(queue, contract.exchange, contract.topic);
}

/** The flow's new messages come to the consumer no more. Does nothing where it is not bound. */
export async function unbindConsumer(channel: Channel, queue: string, { exchange, topic }: ContractInfo, { journal }: Way): Promise<void> {
  if (journal) await channel.unbindExchange(queue, exchange, topic);
  else await channel.unbindQueue(queue, exchange, topic);
}

/** Takes a consumer's queue, with what waits in it, and its exchange off the broker. */
export async function removeConsumer(channel: Channel, queue: string): Promise<void> {
  await channel.deleteQueue(queue);
  await channel.deleteExchange(queue);
}

/**
 * Through an exchange of the consumer's own, so that one binding to the flow opens both ways at once. Between two bindings a confirmed message would reach
 * one of them only: the journal without the consumer loses it, the consumer without the journal hides it.
 */
async function declareOwnExchange(channel: Channel, queue: string): Promise<void> {
  await channel.assertExchange(queue, 'fanout', { durable: true, internal: true });
  await channel.bindQueue(names.journal, queue, '', { [bindingQueueArgument]: queue });
  await channel.bindQueue(queue, queue, '');
}

/** A terminal contract is taken by the journal alone. */
export async function declareTerminal(channel: Channel, contract: ContractInfo): Promise<void> {
  await declareFlow(channel, contract.exchange);
  await channel.bindQueue(names.journal, contract.exchange, contract.topic, { [bindingQueueArgument]: '' });
}

/** The n-th delay band: a queue where retries wait, and the fanout exchange in front of it. */
export async function declareBand(channel: Channel, n: number): Promise<void> {
  const band = names.band(n);
  await channel.assertExchange(band, 'fanout', { durable: true });
  await channel.assertQueue(band, durable(queueArguments.band));
  await channel.bindQueue(band, band, '');
}
