import { topicMatches, type AnnouncedConsumer, type AnnouncedContract, type AnnouncedSource, type Announcement } from '@warren/protocol';

export type Contract = AnnouncedContract & { flow: string; exchange: string };
export type Consumer = AnnouncedConsumer & { service: string };
export type Source = Required<AnnouncedSource> & { service: string };

/** A message of a contract that nobody announced. */
const unannounced = { secret: [], search: [], line: undefined };

/** What instances have announced: the observer knows no flow but by this. */
export class Registry {
  private readonly contracts = new Map<string, Contract>();
  private readonly consumers = new Map<string, Consumer>();

  constructor(
    /** Raised by each change, so that another observer's copy is known to be old. */
    readonly version: number,
    contracts: readonly Contract[] = [],
    consumers: readonly Consumer[] = [],
  ) {
    this.add(contracts, consumers);
  }

  copy(): Registry {
    return new Registry(this.version, [...this.contracts.values()], [...this.consumers.values()]);
  }

  add(contracts: readonly Contract[], consumers: readonly Consumer[]): void {
    for (const contract of contracts) this.contracts.set(`${contract.flow} ${contract.type}`, contract);
    for (const consumer of consumers) this.consumers.set(consumer.queue, consumer);
  }

  /** No message is expected to come to the consumer of this queue any more, until it is announced again. */
  retire(queue: string): void {
    this.consumers.delete(queue);
  }

  /** The flow that publishes there; the exchange's own name while nobody has announced one. */
  flowOf(exchange: string): string {
    return this.find((contract) => contract.exchange === exchange)?.flow ?? exchange;
  }

  /** How to show a message: by its type; one without a known type (a foreign publisher's, an older version's) by its topic. */
  renderingOf(exchange: string, topic: string, type: string | undefined): Pick<Contract, 'line' | 'secret' | 'search'> {
    const onTopic = (contract: Contract) => contract.exchange === exchange && contract.topic === topic;
    return this.find((contract) => contract.type === type && contract.exchange === exchange) ?? this.find(onTopic) ?? unannounced;
  }

  /** The consumers whose queues the broker has given a copy of a message. */
  consumersOf(exchange: string, topic: string): Consumer[] {
    return [...this.consumers.values()].filter((consumer) => consumer.exchange === exchange && topicMatches(consumer.pattern, topic));
  }

  consumerOf(queue: string): Consumer | undefined {
    return this.consumers.get(queue);
  }

  flowOfQueue(queue: string): string | undefined {
    return this.consumerOf(queue)?.flow;
  }

  /** How to show what died in a queue: by its type; one without a known type as what the queue's consumer takes. */
  renderingOfQueue(queue: string, type: string | undefined): Pick<Contract, 'line' | 'secret' | 'search'> {
    const consumer = this.consumerOf(queue);
    const taken = (contract: Contract) => contract.type === consumer?.contract && contract.exchange === consumer.exchange;
    return this.find((contract) => contract.type === type) ?? this.find(taken) ?? unannounced;
  }

  private find(matches: (contract: Contract) => boolean): Contract | undefined {
    for (const contract of this.contracts.values()) if (matches(contract)) return contract;
    return undefined;
  }
}

export const contractsOf = ({ flows }: Announcement): Contract[] =>
  flows.flatMap(({ name, exchange, contracts }) => contracts.map((contract) => ({ ...contract, flow: name, exchange })));

export const consumersOf = ({ consumers, service }: Announcement): Consumer[] => consumers.map((consumer) => ({ ...consumer, service }));

export const sourcesOf = ({ sources, service }: Announcement): Source[] => sources.map((source) => ({ ...source, takes: source.takes ?? [], service }));

export interface Flow {
  name: string;
  exchange: string;
  /** How long a journey of it may be open, in milliseconds. */
  deadline: number;
}

/** Those that say how long a journey may be open: instances of before there was a deadline do not. */
export const flowsOf = ({ flows }: Announcement): Flow[] => flows.flatMap(({ name, exchange, deadline }) => (deadline === undefined ? [] : [{ name, exchange, deadline }]));
