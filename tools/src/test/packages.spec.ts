import { PassThrough } from 'node:stream';
import { Refusal } from '../terminal/refusal.js';
import { Steps } from '../terminal/steps.js';
import { brokerAvailable } from './packages.js';

const out = new PassThrough();
const steps = new Steps(out);
const cannotInstall = () => Promise.resolve(false);

describe('the package that tests need', () => {
  it('is there after its installation', async () => {
    await expect(brokerAvailable({ install: true, ci: true, ensure: () => Promise.resolve(true) }, steps)).resolves.toBe(true);
  });

  it('is named in a loud line when it is missing and tests are skipped', async () => {
    await expect(brokerAvailable({ install: true, ci: false, ensure: cannotInstall }, steps)).resolves.toBe(false);
    expect(String(out.read())).toMatch(/^!!! SKIPPED: .*rabbitmq-server/);
  });

  it('ends the run in CI, where nothing is skipped', async () => {
    await expect(brokerAvailable({ install: true, ci: true, ensure: cannotInstall }, steps)).rejects.toThrow(Refusal);
  });

  it('is not installed when that is forbidden', async () => {
    const ensure = jest.fn(cannotInstall);
    await brokerAvailable({ install: false, ci: false, ensure }, steps);
    expect(ensure).not.toHaveBeenCalled();
  });
});
