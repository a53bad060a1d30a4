import { PassThrough } from 'node:stream';
import { Refusal } from '../terminal/refusal.js';
import { Steps } from '../terminal/steps.js';
import { brokerAvailable, type PackageOptions } from './packages.js';

const out = new PassThrough();
const steps = new Steps(out);
type Has = NonNullable<PackageOptions['has']>;
const none: Has = () => false;
const all: Has = () => true;
const cannotInstall = () => Promise.resolve(false);
const options = { install: true, ci: false, ensure: cannotInstall };

describe('the packages that tests need', () => {
  it('are there after their installation', async () => {
    const installed = new Set<string>();
    const ensure = (names: readonly string[]) => {
      names.forEach((name) => installed.add(name));
      return Promise.resolve(true);
    };

    await expect(brokerAvailable({ install: true, ci: true, ensure, has: (name) => installed.has(name) }, steps)).resolves.toBe(true);
    expect([...installed]).toEqual(['rabbitmq-server', 'redis-server', 'nginx-light']);
  });

  it('are named in a loud line each when they are missing and tests are skipped', async () => {
    await expect(brokerAvailable({ ...options, has: none }, steps)).resolves.toBe(false);
    expect(String(out.read())).toMatch(/^!!! SKIPPED: .*rabbitmq-server.*\n!!! SKIPPED: .*redis-server.*\n!!! SKIPPED: .*nginx-light/);
  });

  it('skip no more than what needs them', async () => {
    await expect(brokerAvailable({ ...options, has: (name) => name !== 'nginx-light' }, steps)).resolves.toBe(true);
    expect(String(out.read())).toMatch(/^!!! SKIPPED: the way through nginx\. /);
  });

  it('end the run in CI, where nothing is skipped', async () => {
    await expect(brokerAvailable({ ...options, ci: true, has: none }, steps)).rejects.toThrow(Refusal);
  });

  it('are not installed when that is forbidden', async () => {
    const ensure = jest.fn(cannotInstall);
    await brokerAvailable({ ...options, install: false, ensure, has: all }, steps);
    expect(ensure).not.toHaveBeenCalled();
  });
});
