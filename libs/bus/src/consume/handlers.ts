import { DiscoveryService, type DiscoveredMethodWithMeta } from '@golevelup/nestjs-discovery';
import { Inject, Injectable } from '@nestjs/common';
import { infoOf, names, type ContractInfo, type JourneyEnd, type JourneyEndState } from '@warren/protocol';
import { StartError } from '../bus.errors.js';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';
import { ON_SOURCE, type OnEnd, type SourceMeta } from '../source/source.decorator.js';
import { declaredConsumer, type ConsumerPlace, type DeclaredConsumer, type HandlerMethod } from './declared-consumer.js';
import { ON_BATCH, type BatchOptions, type TakeBatch } from './on-batch.decorator.js';
import { ON_MESSAGE, type ConsumerMeta } from './on-message.decorator.js';
import { consumerAt, patternMethod, type PatternMethod } from './pattern-method.js';

/** A timer source: its name, its interval in milliseconds, and the method that makes a tick's payload. */
export interface DeclaredSource {
  name: string;
  every: number;
  /** How many it publishes in a run at the most. */
  most?: number;
  contract: ContractInfo;
  method: (tick: { n: number; run: number }) => unknown;
  /** Undefined: it is not told how its journeys end. */
  ends?: DeclaredEnds;
}

/** The ends of its journeys that a source is told of, and how. */
export interface DeclaredEnds {
  takes: readonly JourneyEndState[];
  method: (end: JourneyEnd) => Promise<void>;
}

export interface DeclaredBatch {
  options: BatchOptions;
  method: TakeBatch;
}

/** The decorated methods of this process. */
@Injectable()
export class Handlers {
  consumers: readonly DeclaredConsumer[] = [];
  sources: readonly DeclaredSource[] = [];
  batches: readonly DeclaredBatch[] = [];
  private patterns: readonly PatternMethod[] = [];
  readonly contracts: readonly ContractInfo[];

  constructor(
    private readonly discovery: DiscoveryService,
    @Inject(BUS_OPTIONS) options: BusOptions,
  ) {
    this.contracts = (options.contracts ?? []).flatMap((flow) => infoOf(flow).contracts);
  }

  /** Finds them all. @throws StartError when two claim one queue, or a contract belongs to no flow of this service. */
  async discover(): Promise<void> {
    const found = await this.find<ConsumerMeta>(ON_MESSAGE);
    this.consumers = found.flatMap((one) => (one.meta.queue === undefined ? [] : [declaredConsumer(this.handler(one), one.meta)]));
    this.patterns = found.flatMap((one) => (one.meta.queues === undefined ? [] : [patternMethod(this.handler(one), one.meta)]));
    this.sources = (await this.find<SourceMeta>(ON_SOURCE)).map((found) => this.source(found));
    this.batches = (await this.find<BatchOptions>(ON_BATCH)).map((found) => ({ options: found.meta, method: bound(found) as DeclaredBatch['method'] }));
    unique('queue', this.queues);
    unique('consumer name', this.consumers.map(({ name }) => name)); // children's ids come from it
    unique('source', this.sources.map(({ name }) => name)); // prettier-ignore
  }

  /** The sources that are told how their journeys end. */
  get told(): (DeclaredSource & { ends: DeclaredEnds })[] {
    return this.sources.flatMap((source) => (source.ends ? [{ ...source, ends: source.ends }] : []));
  }

  /** Whether there are consumers of contracts, or may be. */
  get takeMessages(): boolean {
    return this.consumers.length + this.patterns.length > 0;
  }

  /** Adds a consumer at run time. @throws StartError when no method's `queues` match, the queue or the name is taken, or it cannot work. */
  add(place: ConsumerPlace): DeclaredConsumer {
    const consumer = consumerAt(this.patterns, place);
    const { queue, name } = consumer;
    this.known(consumer.contract, `Consumer of "${queue}"`);
    if (this.queues.includes(queue)) throw new StartError(`The queue "${queue}" has a consumer in this service already.`);
    if (this.consumers.some((one) => one.name === name)) throw new StartError(`The consumer name "${name}" is taken in this service already.`);
    this.keep(consumer);
    return consumer;
  }

  keep(consumer: DeclaredConsumer): void {
    this.consumers = [...this.consumers, consumer];
  }

  forget(consumer: DeclaredConsumer): void {
    this.consumers = this.consumers.filter((one) => one !== consumer);
  }

  private get queues(): string[] {
    return [...[...this.consumers, ...this.batches.map(({ options }) => options)].map(({ queue }) => queue), ...this.told.map(({ name }) => names.ends(name))];
  }

  private find<T>(key: symbol) {
    return this.discovery.providerMethodsWithMetaAtKey<T>(key);
  }

  private handler(found: DiscoveredMethodWithMeta<ConsumerMeta>): HandlerMethod {
    const { contract, upcasts, inbox, dead } = found.meta;
    const where = nameOf(found);
    this.known(contract, where);
    return { where, contract, upcasts, inbox, dead, method: bound(found) as HandlerMethod['method'] };
  }

  private source(found: DiscoveredMethodWithMeta<SourceMeta>): DeclaredSource {
    const { name, contract, every, most, onComplete, onDead } = found.meta;
    this.known(contract, nameOf(found));
    const self = found.discoveredMethod.parentClass.instance as never;
    return { name, contract, every: every(self), most: most?.(self), method: bound(found) as DeclaredSource['method'], ends: declaredEnds(self, { complete: onComplete, dead: onDead }) };
  }

  private known(contract: ContractInfo, where: string): void {
    if (this.contracts.some(({ type }) => type === contract.type)) return;
    throw new StartError(`${where}: contract "${contract.type}" belongs to no flow of this service: add flow "${contract.flow}" to its contracts.`);
  }
}

function declaredEnds(self: never, callbacks: Record<JourneyEndState, OnEnd | undefined>): DeclaredEnds | undefined {
  const takes = (['complete', 'dead'] as const).filter((state) => callbacks[state]);
  return takes.length === 0 ? undefined : { takes, method: async (end) => callbacks[end.state]?.(self, end) };
}

function unique(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new StartError(`Two methods of this service claim the ${what} "${twice}": give one of them another.`);
}

/** The method as the decorator has typed it, on its provider. */
const bound = ({ discoveredMethod: { handler, parentClass } }: DiscoveredMethodWithMeta<unknown>): unknown => handler.bind(parentClass.instance);

const nameOf = ({ discoveredMethod: { parentClass, methodName } }: DiscoveredMethodWithMeta<unknown>) => `${parentClass.name}.${methodName}`;
