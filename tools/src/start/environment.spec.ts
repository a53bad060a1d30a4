import { temporaryFolder } from '../../test/workspace.js';
import { environmentOf, fixedPorts, inherited } from './environment.js';
import { type Settings } from './start.config.js';
import { type Service } from './workspace.js';

const gateway: Service = { name: 'gateway', folder: 'apps/warren/gateway', needs: { schema: 'gateway', reads: ['journal'], port: { number: 8081, setting: 'GATEWAY_PORT' } } };
const httpserv: Service = { name: 'signal-httpserv', flow: 'signal', folder: 'apps/signal/httpserv', needs: { reads: ['journal'], port: { number: 8082, setting: 'HTTPSERV_PORT' } } };
const imed: Service = { name: 'signal-imed', flow: 'signal', folder: 'apps/signal/imed', needs: { reads: [] } };

const settings: Settings = { host: '127.0.0.1', folder: '/run', keysFile: '/run/keys.jsonl', env: {} };
const broker = { title: 'a broker', url: 'amqp://broker', managementUrl: 'http://broker' };
const ports = fixedPorts([gateway, httpserv, imed], { GATEWAY_PORT: '9081' });
const of = (service: Service, host = settings.host) =>
  environmentOf({ service, settings: { ...settings, host }, broker, ports, access: { databaseUrl: 'postgres://own', journalUrl: 'postgres://journal' } });

describe('the environment of a service', () => {
  it('takes fixed ports from their settings', () => {
    expect(ports.map(({ port }) => port)).toEqual([9081, 8082]);
    expect(() => fixedPorts([gateway], { GATEWAY_PORT: '80810' })).toThrow('GATEWAY_PORT must be a port from 0 to 65535, not "80810".');
  });

  it("tells the product's own programs where the management API and the other services are", () => {
    expect(of(gateway)).toMatchObject({ AMQP_MANAGEMENT_URL: 'http://broker', HTTPSERV_URL: 'http://127.0.0.1:8082', JOURNAL_URL: 'postgres://journal' });
  });

  it('tells a flow service no more than it needs: how to reach the broker and its own flow', () => {
    expect(environmentOf({ service: imed, settings, broker, access: undefined, ports })).toEqual({ AMQP_URL: 'amqp://broker', HTTPSERV_URL: 'http://127.0.0.1:8082' });
  });

  it('gives services the secrets that they share: those that are set, else random ones that the run folder keeps', () => {
    const folder = temporaryFolder();
    const secretOf = (name: string, env = {}) => {
      const service = { ...imed, name, needs: { reads: [], secrets: ['SESSION_SECRET'] } };
      return environmentOf({ service, settings: { ...settings, folder, env }, broker, access: undefined, ports }).SESSION_SECRET;
    };

    expect(secretOf('jobs-sender')).toMatch(/^[\w-]{32}$/);
    expect(secretOf('jobs-receiver')).toBe(secretOf('jobs-sender'));
    expect(secretOf('jobs-sender', { SESSION_SECRET: 'mine' })).toBe('mine');
  });

  it('tells a program that is several services which of them it is', () => {
    const stage = { ...imed, name: 'relay-b', env: { RELAY_STAGE: 'b' } };

    expect(of(stage)).toMatchObject({ RELAY_STAGE: 'b', AMQP_URL: 'amqp://broker' });
  });

  it('gives an address other than loopback only to services with a fixed port, which check keys', () => {
    expect(of(httpserv, '0.0.0.0')).toMatchObject({ HOST: '0.0.0.0', WARREN_KEYS_FILE: '/run/keys.jsonl' });
    expect(of(imed, '0.0.0.0')).not.toHaveProperty('HOST');
    expect(of(gateway, '0.0.0.0')).toMatchObject({ HTTPSERV_URL: 'http://127.0.0.1:8082' });
    expect(of(gateway, '10.0.0.5')).toMatchObject({ HTTPSERV_URL: 'http://10.0.0.5:8082' });
  });

  it('lets services inherit settings, and never the administrator of the database', () => {
    expect(inherited({ IMED_DELAY: '5', LOG_LEVEL: 'info,signal-imed=debug', DATABASE_URL: 'postgres://admin', PORT: '3000' })).toEqual({
      IMED_DELAY: '5',
      LOG_LEVEL: 'info,signal-imed=debug',
    });
  });
});
