import { z } from 'zod';
import { list, milliseconds, port, readSettings, url } from './read-settings.js';
import { SettingsError } from './settings.errors.js';

const Environment = z.object({
  PORT: port().default(0),
  DELAY: milliseconds(5_000).default(1_000),
  BROKER_URL: url('amqp', 'amqps'),
  HOSTS: list().default([]),
});
const BROKER_URL = 'amqp://guest:s3cret@127.0.0.1';

function problemsWith(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readSettings(Environment, env);
  } catch (error) {
    if (error instanceof SettingsError) return error.problems;
  }
  return [];
}

describe('readSettings', () => {
  it('reads what is set and takes the default for what is not', () => {
    expect(readSettings(Environment, { BROKER_URL, PORT: '8081', HOSTS: 'a, b,,c ' })).toEqual({ BROKER_URL, PORT: 8081, DELAY: 1_000, HOSTS: ['a', 'b', 'c'] });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readSettings(Environment, { BROKER_URL, DELAY: '' }).DELAY).toBe(1_000);
  });

  it('gives settings that nobody changes', () => {
    const settings = readSettings(Environment, { BROKER_URL });
    expect(() => Object.assign(settings, { PORT: 1 })).toThrow(TypeError);
  });

  it('lists every problem at once, each with the name of its variable', () => {
    expect(problemsWith({ PORT: '99999', DELAY: '3s' })).toEqual([
      'PORT must be a port from 0 to 65535',
      'DELAY must be whole milliseconds from 0 to 5000',
      'BROKER_URL is not set',
    ]);
  });

  it.each(['-1', '1.5', '5001', '0x10', ' 7'])('refuses %j as milliseconds', (DELAY) => {
    expect(problemsWith({ BROKER_URL, DELAY })).toHaveLength(1);
  });

  it('never shows the value: it may be a secret', () => {
    expect(problemsWith({ BROKER_URL: 'http://guest:s3cret@127.0.0.1' })).toEqual(['BROKER_URL must be a URL that begins with amqp:// or amqps://']);
  });
});
