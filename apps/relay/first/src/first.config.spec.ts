import { firstConfig } from './first.config.js';

const given = { ...process.env };
afterEach(() => (process.env = { ...given }));

const read = (env: NodeJS.ProcessEnv) => {
  Object.assign(process.env, env);
  return firstConfig();
};

describe("first's settings", () => {
  it('are 100 messages, 20 in a second', () => {
    expect(read({})).toEqual({ count: 100, interval: 50 });
  });

  it('may start none', () => {
    expect(read({ RELAY_COUNT: '0', RELAY_INTERVAL: '1' })).toEqual({ count: 0, interval: 1 });
  });

  it.each([
    [{ RELAY_COUNT: '1e3' }, 'RELAY_COUNT must be a whole number from 0 to 100000'],
    [{ RELAY_COUNT: '100001' }, 'RELAY_COUNT must be a whole number from 0 to 100000'],
    [{ RELAY_DEADLINE: '2 s' }, 'RELAY_DEADLINE must be whole milliseconds'],
    [{ RELAY_INTERVAL: '0' }, 'RELAY_INTERVAL must be 1 or more'],
  ])('are refused: %j', (env, message) => {
    expect(() => read(env)).toThrow(message);
  });
});
