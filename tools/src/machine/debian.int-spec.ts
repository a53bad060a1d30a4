import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fakeProgram, temporaryFolder } from '../../test/workspace.js';
import { Steps } from '../terminal/steps.js';
import { canInstallPackages, installPackages } from './debian.js';

const { PATH } = process.env;
let folder: string;
let said: string;
let policyFile: string;
const steps = () => new Steps(new PassThrough().on('data', (chunk: Buffer) => (said += chunk.toString())));
const calls = () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');

/** An apt-get that notes how it was called, and whether services may start meanwhile. */
function fakeAptGet(exitCode = 0): void {
  folder = temporaryFolder();
  policyFile = join(folder, 'policy-rc.d');
  const note = `require('node:fs').appendFileSync('${folder}/calls', process.argv.slice(2).join(' ') + ' ' + require('node:fs').existsSync('${policyFile}') + '\\n');`;
  fakeProgram(folder, 'apt-get', `${note} if (process.argv[2] === 'install') { console.log('Reading'); console.error('E: Unable to locate package'); process.exit(${exitCode}); }`);
  process.env.PATH = `${folder}:${PATH ?? ''}`;
}

describe('installing Debian packages', () => {
  beforeEach(() => {
    said = '';
    fakeAptGet();
  });
  afterAll(() => {
    process.env.PATH = PATH;
  });

  it.each([
    ['ID=debian\n', 0, true],
    ['ID=linuxmint\nID_LIKE="ubuntu debian"\n', 0, true],
    ['ID=debian\n', 1000, false],
    ['ID=fedora\n', 0, false],
  ])('is possible on Debian and what is made from it, as root: %j as user %d', (release, user, expected) => {
    writeFileSync(join(folder, 'os-release'), release);
    expect(canInstallPackages(join(folder, 'os-release'), user)).toBe(expected);
  });

  it('says what it installs, and keeps its system service from starting', async () => {
    expect(await installPackages(['rabbitmq-server'], steps(), { policyFile, ask: undefined })).toBe(true);
    expect(calls()).toEqual(['update -q true', 'install -y -q --no-install-recommends rabbitmq-server true']);
    expect(said).toMatch(/^rabbitmq-server is not installed: installing it with apt-get …\n✓ Installed rabbitmq-server \(\d+\.\d s\)\n$/);
    expect(existsSync(policyFile)).toBe(false);
  });

  it('installs nothing when the person says no', async () => {
    expect(await installPackages(['rabbitmq-server'], steps(), { policyFile, ask: () => Promise.resolve(false) })).toBe(false);
    expect(existsSync(join(folder, 'calls'))).toBe(false);
  });

  it("passes on apt-get's complaint", async () => {
    fakeAptGet(100);
    await expect(installPackages(['rabbitmq-server'], steps(), { policyFile })).rejects.toThrow('apt-get could not install rabbitmq-server: E: Unable to locate package');
    expect(existsSync(policyFile)).toBe(false);
  });
});
