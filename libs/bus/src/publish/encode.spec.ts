import { contract, flow, newId, type Envelope } from '@warren/protocol';
import { z } from 'zod';
import { PayloadError } from '../bus.errors.js';
import { checkedPayload, encode, maxBody } from './encode.js';

const { list } = flow('shop', { list: contract('shop.list', z.object({ items: z.array(z.string()).default([]) })) });
const envelope: Envelope = { id: newId(), journey: newId(), type: list.info.type, service: 'shop-web', at: 1_000, run: 2, attempt: 1, redrive: 0 };

function thrown(work: () => unknown): PayloadError {
  try {
    work();
  } catch (error) {
    if (error instanceof PayloadError) return error;
  }
  throw new Error('No PayloadError was thrown.');
}

describe('a payload', () => {
  it('travels as the schema makes it', () => {
    expect(checkedPayload(list({}))).toEqual({ items: [] });
  });

  it('that does not fit says where', () => {
    const wrong = list({ items: ['tea', 7 as unknown as string] });

    expect(thrown(() => checkedPayload(wrong)).issues).toEqual([{ path: 'items.1', message: expect.stringContaining('expected string') }]);
  });

  it('that is wrong in very many places names the first ones only', () => {
    const wrong = list({ items: Array.from({ length: 10_000 }, () => 7 as unknown as string) });

    expect(thrown(() => checkedPayload(wrong)).issues).toHaveLength(20);
  });
});

describe('a message', () => {
  it('has the payload as its body, and nothing else', () => {
    const { exchange, key, body } = encode(list.info, { items: ['tea'] }, envelope);

    expect({ exchange, key, body: body.toString() }).toEqual({ exchange: 'shop', key: 'shop.list', body: '{"items":["tea"]}' });
  });

  it.each([
    [maxBody, false],
    [maxBody + 1, true],
  ])('with a body of %d bytes is refused: %s', (size, refused) => {
    const work = () => encode(list.info, 'x'.repeat(size - 2), envelope);

    if (refused) expect(thrown(work).message).toContain('bytes are more than');
    else expect(work().body).toHaveLength(size);
  });
});
