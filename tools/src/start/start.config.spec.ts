import { readSettings } from './start.config.js';

describe('readSettings', () => {
  it('keeps everything inside the project unless told otherwise', () => {
    expect(readSettings('/project', {})).toMatchObject({ folder: '/project/.warren', keysFile: '/project/.warren/keys.jsonl', host: '127.0.0.1', amqpUrl: undefined });
    expect(readSettings('/project', { WARREN_FOLDER: '/elsewhere' })).toMatchObject({ folder: '/elsewhere', keysFile: '/elsewhere/keys.jsonl' });
  });

  it('takes an empty variable for one that is not set', () => {
    expect(readSettings('/project', { AMQP_URL: '', DATABASE_URL: '' })).toMatchObject({ amqpUrl: undefined, databaseUrl: undefined });
  });

  it('names every wrong setting, and never its value', () => {
    const wrong = () => readSettings('/project', { AMQP_URL: 'http://user:geheim@host', DATABASE_URL: 'geheim' });
    expect(wrong).toThrow(/^AMQP_URL must look like amqp:\/\/\S+\. DATABASE_URL must look like postgres:\/\/\S+\.$/);
    expect(wrong).not.toThrow(/geheim/);
  });
});
