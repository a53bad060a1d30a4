import { PublishInterruptedError, PublishTimeoutError, UnroutableError } from '../bus.errors.js';
import { persist } from './persist.js';

/** Fails with these errors, one after another, then works. */
function failing(...errors: Error[]) {
  const work = () => {
    work.calls += 1;
    const error = errors.shift();
    return error ? Promise.reject(error) : Promise.resolve();
  };
  work.calls = 0;
  return work;
}

describe('persisting', () => {
  it.each([new PublishInterruptedError('closed'), new PublishTimeoutError(10)])('does the work again after what passes: $name', async (error) => {
    const work = failing(error);

    await expect(persist(work, () => true)).resolves.toBe(true);

    expect(work.calls).toBe(2);
  });

  it('gives up when the message is the broker\'s again', async () => {
    const work = failing(new PublishInterruptedError('closed'), new PublishInterruptedError('closed'));

    await expect(persist(work, () => work.calls === 0)).resolves.toBe(false);

    expect(work.calls).toBe(1);
  });

  it('does nothing for a message that is not in hand any more', async () => {
    const work = failing();

    await expect(persist(work, () => false)).resolves.toBe(false);

    expect(work.calls).toBe(0);
  });

  it('throws what trying again does not mend', async () => {
    await expect(persist(failing(new UnroutableError('shop', 'shop.order')), () => true)).rejects.toThrow('No consumer takes');
  });
});
