import { releaseConfig } from './release.config.js';

describe('where a release goes', () => {
  it('is the gateway of this machine where nothing is set', () => {
    expect(releaseConfig({ AMQP_URL: '', WARREN_URL: ' ', WARREN_KEY: '' })).toEqual({ broker: undefined, gateway: 'http://127.0.0.1:8081', key: undefined });
  });

  it('is the broker of AMQP_URL, whatever the gateway is', () => {
    expect(releaseConfig({ AMQP_URL: 'amqps://me:p%2Fw@broker/%2F', WARREN_URL: 'nonsense' }).broker).toBe('amqps://me:p%2Fw@broker/%2F');
  });

  it('is the gateway that is named, with the line break cut off that a secret of CI ends with', () => {
    expect(releaseConfig({ WARREN_URL: 'https://warren.example', WARREN_KEY: 'wk_1\n' })).toEqual({ broker: undefined, gateway: 'https://warren.example', key: 'wk_1' });
  });

  it.each([{ AMQP_URL: 'broker:5672' }, { AMQP_URL: 'http://me:s3cret@broker' }, { AMQP_URL: 'amqp://' }, { AMQP_URL: 'amqp:///vhost' }, { AMQP_URL: 'amqp://me:s3cret%@broker' }, { AMQP_URL: 'amqp://me:s3cret@broker:port' }])(
    'is not %j, and no secret is shown',
    (env) => {
      expect(() => releaseConfig(env)).toThrow(/^AMQP_URL must be a URL such as(?!.*s3cret)/);
    },
  );

  it.each([
    [{ WARREN_URL: '127.0.0.1:8081' }, 'WARREN_URL must be a URL'],
    [{ WARREN_URL: 'amqp://127.0.0.1' }, 'WARREN_URL must be a URL'],
    [{ WARREN_URL: 'http://me:s3cret@gateway' }, 'WARREN_URL must hold no user and no password: a key goes into WARREN_KEY.'],
    [{ WARREN_KEY: 'wk 1' }, 'WARREN_KEY has blanks'],
    [{ WARREN_KEY: 'wk\u2019s' }, 'WARREN_KEY has blanks'],
  ])('is not %j', (env, reason) => {
    expect(() => releaseConfig(env)).toThrow(reason);
  });
});
