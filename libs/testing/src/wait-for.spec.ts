import { waitFor } from './wait-for.js';

describe('waitFor', () => {
  it('gives back what the check found', async () => {
    let looks = 0;
    await expect(waitFor(() => (++looks === 3 ? { looks } : undefined), { interval: 1 })).resolves.toEqual({ looks: 3 });
  });

  it('takes a throw for "not yet"', async () => {
    let looks = 0;
    const check = () => {
      if (++looks < 3) throw new Error('still closed');
      return 'open';
    };
    await expect(waitFor(check, { interval: 1 })).resolves.toBe('open');
  });

  it('takes zero and the empty text for findings', async () => {
    await expect(waitFor(() => 0)).resolves.toBe(0);
    await expect(waitFor(() => '')).resolves.toBe('');
  });

  it('gives up at the timeout and says what it waited for and the last reason', async () => {
    const refused = () => Promise.reject(new Error('connection refused'));
    await expect(waitFor(refused, { timeout: 20, interval: 1, what: 'the start' })).rejects.toThrow('Within 20 ms the start did not happen: connection refused');
  });

  it('asks what it waited for when it gives up', async () => {
    let output = '';
    const never = () => {
      output = 'port taken';
      return false;
    };
    await expect(waitFor(never, { timeout: 5, interval: 1, what: () => `the start (${output})` })).rejects.toThrow('the start (port taken) did not happen');
  });

  it('says which empty value the check gave last', async () => {
    await expect(waitFor(() => false, { timeout: 5, interval: 1 })).rejects.toThrow('the check gave false');
  });
});
