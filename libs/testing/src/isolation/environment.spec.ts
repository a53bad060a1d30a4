import { sharedServer } from './environment.js';

describe('sharedServer', () => {
  const before = process.env['DATABASE_URL'];
  afterEach(() => {
    process.env['DATABASE_URL'] = before;
  });

  it('reads the server from the environment', () => {
    process.env['DATABASE_URL'] = 'postgres://someone@127.0.0.1:5999/there';
    expect(sharedServer('DATABASE_URL').port).toBe('5999');
  });

  it('says where servers come from when there is none', () => {
    delete process.env['DATABASE_URL'];
    expect(() => sharedServer('DATABASE_URL')).toThrow('DATABASE_URL is not set: "npm test" starts the servers for integration tests');
  });
});
