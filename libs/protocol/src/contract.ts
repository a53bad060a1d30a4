import { type z } from 'zod';
import { defaultDeadline } from './journeys.js';

/** What a contract may say about itself besides its topic and schema. */
export interface ContractOptions {
  /** Raised when the payload changes in a way that old consumers cannot read. Default 1. */
  version?: number;
  /** Nobody consumes it by design: the journal takes it through a binding of its own. */
  terminal?: boolean;
  /** How httpserv shows a message of this contract, with `{field}` for payload fields: `'{text}'`. Default: the body. */
  line?: string;
  /** Payload fields masked in journal, console and logs. */
  secret?: readonly string[];
  /** Payload fields that messages are found by, nested ones with dots between: `payload.city:Oslo`. Each costs a little of what the journal can take. */
  search?: readonly string[];
}

/** A payload that is about to be published under its contract. */
export interface Draft<P = unknown> {
  readonly contract: ContractInfo;
  readonly payload: P;
}

/** A contract as data: what a publisher and a consumer need to know of it. */
export interface ContractInfo {
  /** The flow's name; with `name` it is unique: `signal.original`. */
  readonly flow: string;
  readonly exchange: string;
  readonly name: string;
  readonly topic: string;
  readonly version: number;
  /** AMQP `type`: `signal.original@1`. */
  readonly type: string;
  readonly schema: z.ZodType;
  readonly options: ContractOptions;
}

/** A contract of a flow: called with a payload it gives a draft to publish. */
export interface Contract<S extends z.ZodType = z.ZodType> {
  (payload: z.input<S>): Draft<z.input<S>>;
  readonly info: ContractInfo & { readonly schema: S };
}

/** The payload of a contract as a consumer receives it, after the schema. */
export type PayloadOf<C> = C extends Contract<infer S> ? z.output<S> : never;

/** The payload of a contract as a publisher gives it. */
export type InputOf<C> = C extends Contract<infer S> ? z.input<S> : never;

/** What contract() gives to flow(). */
export interface Declared<S extends z.ZodType> {
  readonly topic: string;
  readonly schema: S;
  readonly options: ContractOptions;
}

type Contracts<D extends Record<string, Declared<z.ZodType>>> = {
  readonly [K in keyof D]: Contract<D[K]['schema']>;
};

/** A flow: its contracts by name, and what belongs to all of them. */
export type Flow<D extends Record<string, Declared<z.ZodType>> = Record<string, Declared<z.ZodType>>> =
  Contracts<D> & { readonly [flowInfo]: FlowInfo };

export interface FlowInfo {
  readonly name: string;
  /** The flow's one durable topic exchange. */
  readonly exchange: string;
  /** Milliseconds after which a journey that is open is stalled. */
  readonly deadline: number;
  readonly contracts: readonly ContractInfo[];
}

export const flowInfo: unique symbol = Symbol('warren.flow');
const namePattern = /^[a-z][a-z0-9-]*$/;
const contractNamePattern = /^[a-z][A-Za-z0-9]*$/;

/**
 * Declares a contract; it gets its name from the flow that lists it.
 * @throws when the topic is no AMQP topic of words (AMQP 0-9-1 §3.1.3.3) or longer than 255 bytes.
 */
export function contract<S extends z.ZodType>(topic: string, schema: S, options: ContractOptions = {}): Declared<S> {
  if (!/^[\w-]+(\.[\w-]+)*$/.test(topic) || topic.length > 255) {
    throw new Error(`Topic "${topic}" must be words of letters, digits, _ or - joined by dots, at most 255 bytes.`);
  }
  return { topic, schema, options };
}

/**
 * Declares a flow: `flow('signal', { original: contract('my.o', schema) })`.
 * @param options exchange: its topic exchange, by default named as the flow. deadline: milliseconds after which a journey that is open is stalled, by default an hour.
 * @throws when a name or the deadline is not usable, or when two contracts share a topic.
 */
export function flow<D extends Record<string, Declared<z.ZodType>>>(
  name: string,
  declared: D,
  options: { exchange?: string; deadline?: number } = {},
): Flow<D> {
  if (!namePattern.test(name)) throw new Error(`Flow "${name}" must be lower-case letters, digits and dashes.`);
  const { exchange = name, deadline = defaultDeadline } = options;
  if (!Number.isSafeInteger(deadline) || deadline < 1) throw new Error(`The deadline of flow "${name}" must be whole milliseconds, 1 or more, not ${deadline}.`);
  const topics = new Set<string>();
  const contracts = Object.entries(declared).map(([key, one]) => {
    if (!contractNamePattern.test(key)) throw new Error(`Contract "${name}.${key}" must be a camelCase name.`);
    if (topics.has(one.topic)) throw new Error(`Two contracts of flow "${name}" have the topic "${one.topic}".`);
    topics.add(one.topic);
    return [key, named(name, exchange, key, one)] as const;
  });
  const info: FlowInfo = { name, exchange, deadline, contracts: contracts.map(([, one]) => one.info) };
  return Object.assign(Object.fromEntries(contracts), { [flowInfo]: info }) as unknown as Flow<D>;
}

function named(flowName: string, exchange: string, name: string, { topic, schema, options }: Declared<z.ZodType>): Contract {
  const version = options.version ?? 1;
  const info: ContractInfo = {
    flow: flowName, exchange, name, topic, version, type: `${flowName}.${name}@${version}`, schema, options,
  };
  return Object.assign((payload: unknown) => ({ contract: info, payload }), { info });
}

/** What a flow is called, where it publishes, and its contracts in the order of their declaration. */
export function infoOf(one: Flow): FlowInfo {
  return one[flowInfo];
}
