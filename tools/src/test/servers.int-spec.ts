import { existsSync } from 'node:fs';
import { managementApi } from '@warren/testing';
import { startServers } from './servers.js';

describe("the tests' own servers", () => {
  it('answer at the URLs that the tests get, and leave nothing behind', async () => {
    const { env, folder, stop } = await startServers(true);
    const overview = await managementApi(env['AMQP_MANAGEMENT_URL'] ?? '')<{ node: string }>('/api/overview');
    expect(overview.node).toBe('warren@localhost');
    expect(new URL(env['AMQP_URL'] ?? '').hostname).toBe('127.0.0.1');
    await stop();
    expect(existsSync(folder)).toBe(false);
  }, 90_000);

  it('are without a broker where there is none', async () => {
    const { env, stop } = await startServers(false);
    expect(Object.keys(env)).toEqual(['DATABASE_URL']);
    await stop();
  }, 30_000);
});
