import 'reflect-metadata';
import { DiscoveryModule } from '@golevelup/nestjs-discovery';
import { Injectable, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { contract, flow } from '@warren/protocol';
import { z } from 'zod';
import { shop } from '../../test/start-bus.js';
import { BUS_OPTIONS } from '../bus.options.js';
import { Source } from '../source/source.decorator.js';
import { announce } from '../topology/announcement.js';
import { Handlers } from './handlers.js';
import { OnBatch, type Delivery } from './on-batch.decorator.js';
import { OnMessage, type ConsumerOptions } from './on-message.decorator.js';

const options = { service: 'shop-till', instance: 'shop-till-0001', version: '1.0.0', contracts: [shop] };
const stranger = flow('bank', { transfer: contract('bank.transfer', z.object({})), bill: contract('bank.bill', shop.order.info.schema) });

async function discovered(...providers: Type[]): Promise<Handlers> {
  const module = await Test.createTestingModule({
    imports: [DiscoveryModule],
    providers: [{ provide: BUS_OPTIONS, useValue: options }, Handlers, ...providers],
  }).compile();
  const handlers = module.get(Handlers);
  await handlers.discover();
  return handlers;
}

/** A provider class with one consumer. */
function consumer(consumerOptions: ConsumerOptions): Type {
  @Injectable()
  class Till {
    @OnMessage(shop.order, consumerOptions)
    sell(): void {
      // takes it
    }
  }
  return Till;
}

@Injectable()
class Stranger {
  @OnMessage(stranger.transfer, { queue: 'shop.bank' })
  take(): void {
    // takes it
  }
}

@Injectable()
class Journal {
  @OnBatch({ queue: 'shop.till', size: 5 })
  take(deliveries: Delivery[]): Promise<void> {
    return deliveries.length > 0 ? Promise.resolve() : Promise.reject(new Error('empty'));
  }
}

@Injectable()
class Orders {
  readonly interval = 250;

  @Source(shop.order, { name: 'shop.orders', every: (self: Orders) => self.interval })
  next() {
    return { item: 'tea' };
  }
}

describe('the decorated methods of a service', () => {
  it('are found, with what they do not say filled in', async () => {
    const { consumers, sources } = await discovered(consumer({ queue: 'shop.till' }), Orders);

    expect(consumers).toEqual([expect.objectContaining({ queue: 'shop.till', name: 'shop.till', concurrency: 10, policy: expect.objectContaining({ attempts: 5 }) })]);
    expect(sources).toEqual([expect.objectContaining({ name: 'shop.orders', every: 250 })]);
  });

  it('are refused when two claim one queue', async () => {
    await expect(discovered(consumer({ queue: 'shop.till', name: 'a' }), consumer({ queue: 'shop.till', name: 'b' }))).rejects.toMatchObject({
      name: 'StartError',
      message: 'Two methods of this service claim the queue "shop.till": give one of them another.',
    });
    await expect(discovered(consumer({ queue: 'shop.till' }), Journal)).rejects.toThrow('claim the queue "shop.till"');
  });

  it('are refused when two have one name: their children would have the same ids', async () => {
    await expect(discovered(consumer({ queue: 'shop.a', name: 'till' }), consumer({ queue: 'shop.b', name: 'till' }))).rejects.toThrow('claim the consumer name "till"');
  });

  it('are refused when the contract belongs to no flow of the service', async () => {
    await expect(discovered(Stranger)).rejects.toThrow(
      'Stranger.take: contract "bank.transfer@1" belongs to no flow of this service: add flow "bank" to its contracts.',
    );
  });

  it.each([
    [{ concurrency: 0 }, 'Till.sell: concurrency must be 1 or more, not 0.'],
    [{ concurrency: 1.5 }, 'Till.sell: concurrency must be 1 or more, not 1.5.'],
    [{ policy: { attempts: 0 } }, 'Till.sell: attempts must be 1 to 1000, not 0.'],
    [{ queue: 'shop till' }, 'Till.sell: queue "shop till" must be letters, digits, dots, dashes and underscores, at most 255.'],
    [{ queue: '' }, 'Till.sell: queue "" must be'],
  ])('are refused with what cannot work: %j', async (wrong, message) => {
    await expect(discovered(consumer({ queue: 'shop.till', ...wrong }))).rejects.toThrow(message);
  });
});

describe('a method whose queues are named at run time', () => {
  const counters = { queues: 'shop.counter.*', concurrency: 3, policy: { attempts: 2, delays: [500] } };

  it('is no consumer until one is added, which is as the method says where it says nothing itself', async () => {
    const handlers = await discovered(consumer(counters));
    expect([handlers.consumers, handlers.takeMessages]).toEqual([[], true]);

    handlers.add({ queue: 'shop.counter.a' });
    handlers.add({ queue: 'shop.counter.b', name: 'second', concurrency: 1, policy: { attempts: 9 }, bound: false });

    expect(handlers.consumers).toMatchObject([
      { queue: 'shop.counter.a', name: 'shop.counter.a', bound: true, concurrency: 3, policy: { attempts: 2, delays: [500] } },
      { queue: 'shop.counter.b', name: 'second', bound: false, concurrency: 1, policy: { attempts: 9, delays: [1_000, 5_000, 30_000, 120_000] } },
    ]);
    expect(announce(options, handlers).consumers.map(({ queue }) => queue)).toEqual(['shop.counter.a']);
  });

  it('takes at a queue another contract with the same schema', async () => {
    const handlers = await discovered(consumer(counters));

    handlers.add({ queue: 'shop.counter.a', contract: shop.receipt.info });

    expect(announce(options, handlers).consumers).toMatchObject([{ queue: 'shop.counter.a', contract: 'receipt', pattern: 'shop.receipt' }]);
  });

  it('is not attached to a queue that is forgotten, which can be added again', async () => {
    const handlers = await discovered(consumer(counters));
    handlers.forget(handlers.add({ queue: 'shop.counter.a' }));

    expect(handlers.add({ queue: 'shop.counter.a' })).toBe(handlers.consumers[0]);
  });

  it.each([
    [{ queue: 'shop.desk' }, 'No method of this service has queues that match "shop.desk"'],
    [{ queue: 'shop.counter.a b' }, 'Consumer of "shop.counter.a b": queue "shop.counter.a b" must be letters'],
    [{ queue: 'shop.counter.taken' }, 'The queue "shop.counter.taken" has a consumer in this service already.'],
    [{ queue: 'shop.counter.a', name: 'till' }, 'The consumer name "till" is taken in this service already.'],
    [{ queue: 'shop.counter.a', concurrency: 0 }, 'Consumer of "shop.counter.a": concurrency must be 1 or more, not 0.'],
    [{ queue: 'shop.counter.a', policy: { delays: [1] } }, 'Consumer of "shop.counter.a": delay 1 must be 100 ms'],
    [{ queue: 'shop.counter.a', contract: stranger.transfer.info }, 'its method takes what has the schema of "shop.order@1", and "bank.transfer@1" has another'],
    [{ queue: 'shop.counter.a', contract: stranger.bill.info }, 'Consumer of "shop.counter.a": contract "bank.bill@1" belongs to no flow of this service'],
  ])('is not attached where it cannot be: %j', async (place, message) => {
    const handlers = await discovered(consumer(counters), consumer({ queue: 'shop.counter.taken', name: 'till' }));

    expect(() => handlers.add(place)).toThrow(message);
    expect(handlers.consumers).toHaveLength(1);
  });

  it('is not attached to a queue that another one could be attached to as well', async () => {
    const handlers = await discovered(consumer(counters), consumer({ queues: 'shop.*' }));

    expect(() => handlers.add({ queue: 'shop.counter.a' })).toThrow('"shop.counter.a" matches the queues of two methods, "shop.counter.*" and "shop.*"');
    expect(handlers.add({ queue: 'shop.desk' })).toMatchObject({ queue: 'shop.desk' });
  });

  it.each([
    [{ queues: 'shop.counter' }, 'Till.sell: queues "shop.counter" must be letters, digits, dots, dashes and underscores, with one * among them.'],
    [{ queues: 'shop.*.*' }, 'Till.sell: queues "shop.*.*" must be'],
    [{ queues: 'shop .*' }, 'Till.sell: queues "shop .*" must be'],
    [{ queues: 'shop.*', concurrency: 0 }, 'Till.sell: concurrency must be 1 or more, not 0.'],
    [{ queues: 'shop.*', policy: { attempts: 0 } }, 'Till.sell: attempts must be 1 to 1000, not 0.'],
  ])('is refused with what can work nowhere: %j', async (wrong, message) => {
    await expect(discovered(consumer(wrong))).rejects.toThrow(message);
  });

  it('has no queue and no name of its own', () => {
    // @ts-expect-error -- one or the other
    consumer({ queue: 'shop.till', queues: 'shop.*' });
    // @ts-expect-error -- its consumers' children would have the same ids
    consumer({ queues: 'shop.*', name: 'till' });
    expect(consumer({ queues: 'shop.*' })).toBeDefined();
  });
});

describe('an announcement', () => {
  it('tells contracts, consumers and sources as others need to know them', async () => {
    const handlers = await discovered(consumer({ queue: 'shop.till', name: 'till', concurrency: 3, policy: { attempts: 2, delays: [500] } }), Orders);

    const { service, instance, flows, consumers, sources } = announce(options, handlers);

    expect({ service, instance }).toEqual({ service: 'shop-till', instance: 'shop-till-0001' });
    expect(flows).toEqual([{ name: 'shop', exchange: 'shop', deadline: 3_600_000, contracts: [expect.objectContaining({ name: 'order', topic: 'shop.order', type: 'shop.order@1', terminal: false, secret: [] }), expect.objectContaining({ name: 'receipt', terminal: true })] }]);
    expect(flows[0]!.contracts[0]!.schema).toMatchObject({ type: 'object', properties: { item: { type: 'string' } }, required: ['item'] });
    expect(consumers).toEqual([
      { name: 'till', flow: 'shop', queue: 'shop.till', exchange: 'shop', pattern: 'shop.order', contract: 'order', concurrency: 3, policy: { attempts: 2, delays: [500] } },
    ]);
    expect(sources).toEqual([{ name: 'shop.orders', flow: 'shop', contract: 'order', every: 250 }]);
  });

  it('of a service without flows is empty', async () => {
    expect(announce({ ...options, contracts: undefined }, await discovered())).toMatchObject({ flows: [], consumers: [], sources: [] });
  });
});
