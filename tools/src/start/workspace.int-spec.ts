import { resolve } from 'node:path';
import { fakeWorkspace } from '../../test/workspace.js';
import { findServices } from './workspace.js';

describe('findServices', () => {
  it('finds services by their folders, each with its flow and what it needs', () => {
    const services = findServices(fakeWorkspace());
    expect(services.map(({ name, flow }) => [name, flow])).toEqual([
      ['chain-a', 'chain'],
      ['chain-b', 'chain'],
      ['gateway', undefined],
      ['observer', undefined],
      ['relay-first', 'relay'],
      ['signal-imed', 'signal'],
      ['signal-orig', 'signal'],
    ]);
    expect(services.at(-1)).toEqual({ name: 'signal-orig', flow: 'signal', folder: 'apps/signal/orig', needs: { schema: 'orig', reads: [] } });
  });

  it('finds one program several times where a list names what it is', () => {
    const chain = findServices(fakeWorkspace()).filter(({ flow }) => flow === 'chain');
    expect(chain).toEqual([
      { name: 'chain-a', flow: 'chain', folder: 'apps/chain/link', needs: { schema: 'chain_a', reads: [] }, env: { CHAIN_LINK: 'a' } },
      { name: 'chain-b', flow: 'chain', folder: 'apps/chain/link', needs: { schema: 'chain_b', reads: [] }, env: { CHAIN_LINK: 'b' } },
    ]);
  });

  it('reads what the services of this workspace need', () => {
    const needs = new Map(findServices(resolve(__dirname, '../../..')).map((service) => [service.name, service.needs]));
    expect(needs.get('gateway')).toEqual({ schema: 'gateway', reads: ['journal'], port: { number: 8081, setting: 'GATEWAY_PORT' } });
    expect(needs.get('observer')).toEqual({ schema: 'observer', publishes: 'journal', reads: [] });
    expect(needs.get('signal-httpserv')?.port).toEqual({ number: 8082, setting: 'HTTPSERV_PORT' });
  });
});
