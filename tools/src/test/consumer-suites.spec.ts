import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { consumersWithoutSuite } from './consumer-suites.js';

let root: string;
beforeEach(() => (root = mkdtempSync(join(tmpdir(), 'warren-suites-'))));
afterEach(() => rmSync(root, { recursive: true }));

function write(file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}

const consumer = "@OnMessage(shop.order, { concurrency: 3, queue: 'shop.till' })\nsell() {}";

describe('the check that every consumer runs the contract suite', () => {
  it('finds nothing wrong in this workspace', () => {
    expect(consumersWithoutSuite(join(__dirname, '../../..'))).toEqual([]);
  });

  it('names a consumer without a suite', () => {
    write('apps/shop/till/src/till.consumer.ts', consumer);
    expect(consumersWithoutSuite(root)).toEqual(['apps/shop/till/src/till.consumer.ts: shop.till']);
  });

  it('is content once the suite runs', () => {
    write('apps/shop/till/src/till.consumer.ts', consumer);
    write('apps/shop/till/src/till.contract.int-spec.ts', "consumerContract({\n  module: () => TillModule,\n  queue: 'shop.till',\n});");
    expect(consumersWithoutSuite(root)).toEqual([]);
  });

  it('does not let a suite of another queue count', () => {
    write('apps/shop/till/src/till.consumer.ts', consumer);
    write('apps/shop/till/src/till.contract.int-spec.ts', "consumerContract({ queue: 'shop.other' })");
    expect(consumersWithoutSuite(root)).toHaveLength(1);
  });

  it('is content with one suite of a method whose queues are named at run time', () => {
    write('apps/shop/till/src/till.consumer.ts', "@OnMessage(shop.order, { queues: 'shop.counter.*' })\nsell() {}");
    write('apps/shop/till/src/till.contract.int-spec.ts', "consumerContract({ queue: 'shop.till' })");
    expect(consumersWithoutSuite(root)).toEqual(['apps/shop/till/src/till.consumer.ts: shop.counter.*']);

    write('apps/shop/till/src/counter.contract.int-spec.ts', "consumerContract({ queue: 'shop.counter.a' })");
    expect(consumersWithoutSuite(root)).toEqual([]);
  });

  it('does not let a consumer hide behind a constant or in another file', () => {
    write('apps/shop/till/src/till.consumer.ts', '@OnMessage(shop.order, options)\nsell() {}');
    write('apps/shop/till/src/till.service.ts', consumer);
    expect(consumersWithoutSuite(root).sort()).toEqual([
      'apps/shop/till/src/till.consumer.ts: write the queue of each @OnMessage out, as its second argument',
      'apps/shop/till/src/till.service.ts: a consumer belongs in a file named *.consumer.ts',
    ]);
  });
});
