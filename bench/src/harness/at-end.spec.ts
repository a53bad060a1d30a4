import { atEnd, endBy } from './at-end.js';

describe('what is stopped at the end', () => {
  it('is stopped by a signal, the last that was started first, also after one that cannot be', async () => {
    const said: unknown[] = [];
    const error = jest.spyOn(console, 'error').mockImplementation((text) => said.push(text));
    const names = ['broker', 'database', 'redis'];
    for (const name of names) atEnd(() => (name === 'database' ? Promise.reject(new Error('hangs')) : Promise.resolve(void said.push(name))));

    await expect(endBy('SIGTERM')).resolves.toBe(143);
    error.mockRestore();

    expect(said).toEqual(['redis', 'Error: hangs', 'broker']);
  });

  it('is stopped once, by the bench or by a signal', async () => {
    const stopped = jest.fn(() => Promise.resolve());
    const stop = atEnd(stopped);

    await stop();
    await expect(endBy('SIGINT')).resolves.toBe(130);

    expect(stopped).toHaveBeenCalledTimes(1);
  });
});
