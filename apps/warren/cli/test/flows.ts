import { type FlowDetail } from '@warren/protocol';

type Contract = FlowDetail['contracts'][number];

export const contract = (given: Partial<Contract> = {}): Contract => ({
  name: 'order', topic: 'shop.order', version: 2, type: 'shop.order@2', terminal: false, secret: [],
  schema: { type: 'object', properties: { item: { type: 'string', minLength: 1 } }, required: ['item'] }, ...given,
}); // prettier-ignore

/** A till that takes the orders of a clock, and answers each with a receipt that nobody takes. */
export const shop = (given: Partial<FlowDetail> = {}): FlowDetail => ({
  name: 'shop', exchange: 'wires', deadline: 3_600_000, services: ['shop-till', 'shop-clock'],
  contracts: [contract({ name: 'receipt', topic: 'shop.receipt', version: 1, type: 'shop.receipt@1', terminal: true }), contract()],
  consumers: [{ name: 'till', flow: 'shop', queue: 'shop.till', exchange: 'wires', pattern: 'shop.order', contract: 'order', service: 'shop-till', concurrency: 10, policy: { attempts: 2, delays: [1_000] } }],
  sources: [{ name: 'clock', flow: 'shop', contract: 'order', service: 'shop-clock', every: 3_000 }], ...given,
}); // prettier-ignore
