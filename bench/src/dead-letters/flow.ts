import { contract, flow } from '@warren/protocol';
import { z } from 'zod';

const Order = z.object({ n: z.int(), user: z.object({ id: z.int(), city: z.string() }), amount: z.number(), note: z.string() });

/** What the dead letters are of: four contracts with a consumer each. */
export const shop = flow('shop', {
  order: contract('order', Order, { line: 'Order {n}' }),
  invoice: contract('invoice', Order, { line: 'Invoice {n}' }),
  parcel: contract('parcel', Order, { line: 'Parcel {n}' }),
  refund: contract('refund', Order, { line: 'Refund {n}' }),
});
