import { type Needs } from '../start/workspace.js';
import { grantsOf } from './grants.js';

const service = (name: string, needs: Partial<Needs>) => ({ name, folder: '', needs: { reads: [], ...needs } });

describe("the services' rights in their database", () => {
  it('are a role and a schema for who has one, and a second one that it publishes', () => {
    expect(grantsOf([service('signal-orig', { schema: 'orig' }), service('observer', { schema: 'observer', publishes: 'journal' })], 'secret')).toEqual([
      { role: 'signal_orig', password: 'secret', schema: 'orig', reads: [] },
      { role: 'observer', password: 'secret', schema: 'observer', reads: [] },
      { role: 'observer', password: 'secret', schema: 'journal' },
    ]);
  });

  it('are only to read for who has no schema', () => {
    expect(grantsOf([service('signal-httpserv', { reads: ['journal'] })], 'secret')).toEqual([{ role: 'signal_httpserv', password: 'secret', reads: ['journal'] }]);
  });

  it('are none for who needs no database', () => {
    expect(grantsOf([service('signal-imed', {})], 'secret')).toEqual([]);
  });
});
