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
const stranger = flow('bank', { transfer: contract('bank.transfer', z.object({})) });

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

describe('an announcement', () => {
  it('tells contracts, consumers and sources as others need to know them', async () => {
    const handlers = await discovered(consumer({ queue: 'shop.till', name: 'till', concurrency: 3, policy: { attempts: 2, delays: [500] } }), Orders);

    const { service, instance, flows, consumers, sources } = announce(options, handlers);

    expect({ service, instance }).toEqual({ service: 'shop-till', instance: 'shop-till-0001' });
    expect(flows).toEqual([{ name: 'shop', exchange: 'shop', contracts: [expect.objectContaining({ name: 'order', topic: 'shop.order', type: 'shop.order@1', terminal: false, secret: [] }), expect.objectContaining({ name: 'receipt', terminal: true })] }]);
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
