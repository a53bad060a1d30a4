import { contract, flow } from '@warren/protocol';
import { z } from 'zod';

const Trade = z.object({ n: z.int(), user: z.object({ id: z.int(), city: z.string() }), amount: z.number(), note: z.string() });
const search = ['user.id', 'user.city'];
const line = '{n} for user {user.id} in {user.city}: {amount}';

/** What the journal is full of. An order makes a payment and a parcel, a payment an invoice, a parcel what was delivered: five messages a journey. */
export const trade = flow('trade', {
  order: contract('trade.order', Trade, { search, line: `Order ${line}` }),
  payment: contract('trade.payment', Trade, { search, line: `Payment ${line}` }),
  parcel: contract('trade.parcel', Trade, { search, line: `Parcel ${line}` }),
  invoice: contract('trade.invoice', Trade, { search, line: `Invoice ${line}` }),
  delivered: contract('trade.delivered', Trade, { search, line: `Delivered ${line}`, terminal: true }),
});
