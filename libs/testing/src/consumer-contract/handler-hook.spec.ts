import 'reflect-metadata';
import { hookHandler, type HandlerMessage } from './handler-hook.js';

const key = Symbol('decorated');
const consumes = (queue: string) => (_: object, __: string, descriptor: PropertyDescriptor) => Reflect.defineMetadata(key, { queue }, descriptor.value as object);

function till() {
  class Till {
    constructor(readonly name = 'till') {}
    @consumes('shop.till')
    sell({ id }: HandlerMessage) {
      return `${this.name} sold ${id}`;
    }
  }
  return Till;
}

describe('the hook around a consumer', () => {
  it('calls the method as before, and keeps its metadata', async () => {
    const Till = till();
    const hook = hookHandler(Till, 'shop.till');
    await expect(new Till().sell({ id: 'a', attempt: 1 })).resolves.toBe('till sold a');
    expect(hook.calls).toEqual([{ id: 'a', attempt: 1 }]);
    expect(Reflect.getMetadata(key, Till.prototype.sell)).toEqual({ queue: 'shop.till' });
  });

  it('makes it fail', async () => {
    const Till = till();
    hookHandler(Till, 'shop.till').before = () => {
      throw new Error('closed');
    };
    await expect(new Till().sell({ id: 'a', attempt: 1 })).rejects.toThrow('closed');
  });

  it('holds it until it is released', async () => {
    const Till = till();
    const hook = hookHandler(Till, 'shop.till');
    hook.hold();
    let sold = false;
    const selling = Promise.resolve(new Till().sell({ id: 'a', attempt: 1 })).then(() => (sold = true));
    await new Promise((resolve) => setImmediate(resolve));
    expect(sold).toBe(false);
    hook.release();
    await expect(selling).resolves.toBe(true);
  });

  it('finds the method whose queues are named at run time', async () => {
    class Counters {
      @((_: object, __: string, descriptor: PropertyDescriptor) => Reflect.defineMetadata(key, { queues: 'shop.counter.*' }, descriptor.value as object))
      sell({ id }: HandlerMessage) {
        return id;
      }
    }
    const hook = hookHandler(Counters, 'shop.counter.a');
    await Promise.resolve(new Counters().sell({ id: 'a', attempt: 1 }));
    expect(hook.calls).toHaveLength(1);
    expect(() => hookHandler(Counters, 'shop.till')).toThrow('no method');
  });

  it('refuses a class that does not consume the queue', () => {
    expect(() => hookHandler(till(), 'shop.other')).toThrow('Till has no method with @OnMessage for queue "shop.other".');
  });
});
