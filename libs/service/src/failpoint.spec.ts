import { readFailpoints } from './failpoint.config.js';

const passings = (FAILPOINT?: string) => Object.fromEntries(readFailpoints({ FAILPOINT }).passings);

describe('FAILPOINT', () => {
  it('names nothing where it is not set', () => {
    expect([passings(), passings('')]).toEqual([{}, {}]);
  });

  it('names places, and at which passing', () => {
    expect(passings('redrive.claimed, request.stored:12')).toEqual({ 'redrive.claimed': 1, 'request.stored': 12 });
  });

  it.each(['redrive.claimed:0', 'redrive.claimed:x', 'Redrive', 'a b'])('refuses "%s" and says what it takes', (text) => {
    expect(() => passings(text)).toThrow('FAILPOINT must be names of failpoints with commas between, each with ":n" for its n-th passing');
  });
});
