import { stageConfig } from './stage.config.js';

const given = { ...process.env };
afterEach(() => (process.env = { ...given }));

const read = (env: NodeJS.ProcessEnv) => {
  Object.assign(process.env, env);
  return stageConfig();
};

describe("a stage's settings", () => {
  it('are its name, and a wait of 5 to 10 s', () => {
    expect(read({ RELAY_STAGE: 'b' })).toEqual({ stage: 'b', wait: { least: 5_000, most: 10_000 } });
  });

  it.each([
    [{}, 'RELAY_STAGE is not set'],
    [{ RELAY_STAGE: 'x' }, 'RELAY_STAGE must be one of a, b, c'],
    [{ RELAY_STAGE: 'a', RELAY_WAIT_MOST: '10 s' }, 'RELAY_WAIT_MOST must be whole milliseconds'],
    [{ RELAY_STAGE: 'a', RELAY_DEADLINE: '0' }, 'RELAY_DEADLINE must be 1 or more'],
    [{ RELAY_STAGE: 'a', RELAY_WAIT_LEAST: '10001' }, 'RELAY_WAIT_LEAST must not be more than RELAY_WAIT_MOST'],
  ])('are refused: %j', (env, message) => {
    expect(() => read(env)).toThrow(message);
  });
});
