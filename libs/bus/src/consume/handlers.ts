import { DiscoveryService, type DiscoveredMethodWithMeta } from '@golevelup/nestjs-discovery';
import { Inject, Injectable } from '@nestjs/common';
import { infoOf, type ContractInfo } from '@warren/protocol';
import { StartError } from '../bus.errors.js';
import { BUS_OPTIONS, type BusOptions } from '../bus.options.js';
import { ON_SOURCE, type SourceMeta } from '../source/source.decorator.js';
import type { Handled } from './message-handler.js';
import { ON_BATCH, type BatchOptions, type TakeBatch } from './on-batch.decorator.js';
import { ON_MESSAGE, type ConsumerMeta } from './on-message.decorator.js';
import { checkedPolicy } from './policy.js';

export type DeclaredConsumer = Handled & { concurrency: number };

/** A timer source: its name, its interval in milliseconds, and the method that makes a tick's payload. */
export interface DeclaredSource {
  name: string;
  every: number;
  contract: ContractInfo;
  method: (tick: { n: number; run: number }) => unknown;
}

export interface DeclaredBatch {
  options: BatchOptions;
  method: TakeBatch;
}

const defaultConcurrency = 10;
/** No blanks: the header `warren-hop` ends with it. */
const queuePattern = /^[\w.-]{1,255}$/;

/** The decorated methods of this process. */
@Injectable()
export class Handlers {
  consumers: readonly DeclaredConsumer[] = [];
  sources: readonly DeclaredSource[] = [];
  batches: readonly DeclaredBatch[] = [];
  readonly contracts: readonly ContractInfo[];

  constructor(
    private readonly discovery: DiscoveryService,
    @Inject(BUS_OPTIONS) options: BusOptions,
  ) {
    this.contracts = (options.contracts ?? []).flatMap((flow) => infoOf(flow).contracts);
  }

  /** Finds them all. @throws StartError when two claim one queue, or a contract belongs to no flow of this service. */
  async discover(): Promise<void> {
    this.consumers = (await this.find<ConsumerMeta>(ON_MESSAGE)).map((found) => this.consumer(found));
    this.sources = (await this.find<SourceMeta>(ON_SOURCE)).map((found) => this.source(found));
    this.batches = (await this.find<BatchOptions>(ON_BATCH)).map((found) => ({ options: found.meta, method: bound(found) as DeclaredBatch['method'] }));
    unique('queue', [...this.consumers, ...this.batches.map(({ options }) => options)].map(({ queue }) => queue));
    unique('consumer name', this.consumers.map(({ name }) => name)); // children's ids come from it
    unique('source', this.sources.map(({ name }) => name)); // prettier-ignore
  }

  private find<T>(key: symbol) {
    return this.discovery.providerMethodsWithMetaAtKey<T>(key);
  }

  private consumer(found: DiscoveredMethodWithMeta<ConsumerMeta>): DeclaredConsumer {
    const { queue, name = queue, concurrency = defaultConcurrency, contract, upcasts } = found.meta;
    this.known(contract, nameOf(found));
    if (!queuePattern.test(queue)) throw new StartError(`${nameOf(found)}: queue "${queue}" must be letters, digits, dots, dashes and underscores, at most 255.`);
    if (!Number.isInteger(concurrency) || concurrency < 1) throw new StartError(`${nameOf(found)}: concurrency must be 1 or more, not ${concurrency}.`);
    const method = bound(found) as DeclaredConsumer['method'];
    return { queue, name, concurrency, contract, upcasts, method, policy: policyOf(found) };
  }

  private source(found: DiscoveredMethodWithMeta<SourceMeta>): DeclaredSource {
    const { name, contract, every } = found.meta;
    this.known(contract, nameOf(found));
    return { name, contract, every: every(found.discoveredMethod.parentClass.instance as never), method: bound(found) as DeclaredSource['method'] };
  }

  private known(contract: ContractInfo, where: string): void {
    if (this.contracts.some(({ type }) => type === contract.type)) return;
    throw new StartError(`${where}: contract "${contract.type}" belongs to no flow of this service: add flow "${contract.flow}" to its contracts.`);
  }
}

function policyOf(found: DiscoveredMethodWithMeta<ConsumerMeta>) {
  try {
    return checkedPolicy(found.meta.policy);
  } catch (error) {
    throw new StartError(`${nameOf(found)}: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function unique(what: string, names: readonly string[]): void {
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new StartError(`Two methods of this service claim the ${what} "${twice}": give one of them another.`);
}

/** The method as the decorator has typed it, on its provider. */
const bound = ({ discoveredMethod: { handler, parentClass } }: DiscoveredMethodWithMeta<unknown>): unknown => handler.bind(parentClass.instance);

const nameOf = ({ discoveredMethod: { parentClass, methodName } }: DiscoveredMethodWithMeta<unknown>) => `${parentClass.name}.${methodName}`;
