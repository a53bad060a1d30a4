import { digestOf, headers, newId, readEnvelope, type ContractInfo } from '@warren/protocol';
import type { ConsumeMessage } from 'amqplib';
import { PermanentError } from '../bus.errors.js';
import { checkedPayload, maxBody } from '../publish/encode.js';
import type { Received } from './received.js';

/** Makes a payload of the current version from one of an older version. */
export type Upcasts = Readonly<Record<number, (payload: unknown) => unknown>>;

/** All of a message but its payload, which may be unreadable. */
export interface Head extends Omit<Received, 'payload' | 'foreign' | 'queue'> {
  /** AMQP type: contract and version. */
  type: string;
  /** The digest of a foreign publisher's message. */
  foreign: string | undefined;
}

/** @param contract that of the queue: what a foreign message is taken for. */
export function headOf(message: ConsumeMessage, contract: Pick<ContractInfo, 'type'>): Head {
  const { properties, fields, content } = message;
  const envelope = readEnvelope(properties);
  if (envelope) {
    const { id, journey, run, attempt, redrive, at, type } = envelope;
    const digest: unknown = properties.headers?.[headers.foreign];
    const foreign = isDigest(digest) ? digest : undefined;
    return { id, journey, run, attempt, redrive, at, type: foreign === undefined ? type : contract.type, foreign };
  }
  const id = newId();
  const foreign = digestOf(fields.exchange, fields.routingKey, content);
  return { id, journey: id, run: undefined, attempt: 1, redrive: 0, at: undefined, type: contract.type, foreign };
}

/** As digestOf() writes it; whoever publishes may write anything. */
const isDigest = (header: unknown): header is string => typeof header === 'string' && /^[0-9a-f]{64}$/.test(header);

/** The message's payload under the contract. @throws PermanentError, PayloadError: no later attempt would read it. */
export function payloadOf(message: ConsumeMessage, head: Head, contract: ContractInfo, upcasts: Upcasts = {}): unknown {
  if (message.content.length > maxBody) throw new PermanentError(`${message.content.length} bytes are more than the ${maxBody} allowed.`);
  return checkedPayload({ contract, payload: upcast(parse(message.content), head, contract, upcasts) });
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new PermanentError('The body is no JSON.');
  }
}

function upcast(payload: unknown, head: Head, contract: ContractInfo, upcasts: Upcasts): unknown {
  if (head.type === contract.type) return payload;
  const version = Number(head.type.slice(head.type.lastIndexOf('@') + 1));
  const known = head.type === `${contract.flow}.${contract.name}@${version}` ? upcasts[version] : undefined;
  if (!known) throw new PermanentError(`This consumer takes ${contract.type}, not ${head.type}.`);
  return known(payload);
}

/** Puts the parts together for the handler of a contract. */
export const received = ({ id, journey, run, attempt, redrive, at, foreign }: Head, payload: unknown, queue: string): Received =>
  ({ id, journey, run, attempt, redrive, at, foreign: foreign !== undefined, queue, payload });
