import type { ConsumeMessage } from 'amqplib';
import { Batches } from './batch-consumer.js';
import type { Delivery } from './on-batch.decorator.js';

const message = (text: string) => ({ fields: {}, properties: {}, content: Buffer.from(text) }) as unknown as ConsumeMessage;
const texts = (deliveries: readonly Delivery[]) => deliveries.map(({ body }) => body.toString());
const always = () => true;

/** Batches of at most three, whose calls fail so many times first. */
function batches(failures = 0) {
  const calls: string[][] = [];
  const given: string[] = [];
  const method = (deliveries: Delivery[]) => {
    calls.push(texts(deliveries));
    return calls.length <= failures ? Promise.reject(new Error('away')) : Promise.resolve(deliveries.filter(({ body }) => body.includes('bad')).map((delivery) => ({ delivery, cause: { name: 'E', message: 'no' } })));
  };
  const giveUp = ({ content }: ConsumeMessage) => Promise.resolve(given.push(content.toString()));
  return { calls, given, batches: new Batches({ queue: 'shop.journal', size: 3 }, method, giveUp) };
}

describe('a batch', () => {
  it('is what arrived together, in order, so many at the most', async () => {
    const { batches: taken, calls } = batches();

    const done = await Promise.all(['a', 'b', 'c', 'd'].map((text) => taken.take(message(text), always)));

    expect(calls).toEqual([['a', 'b', 'c'], ['d']]);
    expect(done).toEqual([true, true, true, true]);
  });

  it('that fails is given again as it was', async () => {
    const { batches: taken, calls } = batches(1);

    await Promise.all(['a', 'b'].map((text) => taken.take(message(text), always)));

    expect(calls).toEqual([['a', 'b'], ['a', 'b']]); // prettier-ignore
  });

  it('is given again without what lost its channel meanwhile', async () => {
    const { batches: taken, calls } = batches(1);

    const done = await Promise.all([taken.take(message('a'), () => calls.length === 0), taken.take(message('b'), always)]);

    expect(calls).toEqual([['a', 'b'], ['b']]);
    expect(done).toEqual([false, true]);
  });

  it('is done with what it refuses when that is a dead letter', async () => {
    const { batches: taken, given } = batches();

    const done = await Promise.all(['a', 'bad'].map((text) => taken.take(message(text), always)));

    expect({ done, given }).toEqual({ done: [true, true], given: ['bad'] });
  });
});
