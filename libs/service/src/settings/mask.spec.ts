import { masked } from './mask.js';

describe('masked', () => {
  it('hides passwords in URLs and keeps the rest of them', () => {
    expect(masked({ url: 'amqp://guest:s3cret@127.0.0.1:5672/vhost' })).toEqual({ url: 'amqp://guest:***@127.0.0.1:5672/vhost' });
  });

  it('hides a password that has a colon or an @ in it, as it stands in a URL', () => {
    expect(masked('postgres://me:a:b%40c@host/db')).toBe('postgres://me:***@host/db');
  });

  it('hides what its name calls a secret, at any depth', () => {
    expect(masked({ api: { accessToken: 'x', apiKey: 'x', PASSWORD: 'x', clientSecret: 'x', WARREN_KEY: 'x' } })).toEqual({
      api: { accessToken: '***', apiKey: '***', PASSWORD: '***', clientSecret: '***', WARREN_KEY: '***' },
    });
  });

  it('leaves everything else as it is', () => {
    const settings = { host: '127.0.0.1', port: 8081, keysFile: '/keys', corsOrigins: ['https://console.example'], none: null };
    expect(masked(settings)).toEqual(settings);
  });
});
