import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { agreed, isTerminal } from '../terminal/ask.js';
import { Refusal } from '../terminal/refusal.js';
import { type Steps } from '../terminal/steps.js';
import { runProgram } from './programs.js';

/** Whether packages can be installed here: Debian or one made from it, and as root. */
export function canInstallPackages(osRelease = '/etc/os-release', user = process.getuid?.()): boolean {
  if (user !== 0 || !existsSync(osRelease)) return false;
  return /^ID(_LIKE)?=.*\b(debian|ubuntu)\b/m.test(readFileSync(osRelease, 'utf8'));
}

export interface InstallOptions {
  /** Asks the person; undefined where there is none. */
  ask?: (question: string) => Promise<boolean>;
  /** Read by every Debian package that starts a service; exit code 101 forbids it. Source: invoke-rc.d(8). */
  policyFile?: string;
}

/**
 * Installs Debian packages, and says so; on a terminal it asks first.
 * @returns whether they are installed; false when the person refused
 * @throws Refusal with apt-get's own complaint
 */
export async function installPackages(packages: readonly string[], steps: Steps, options: InstallOptions = {}): Promise<boolean> {
  const { ask = isTerminal() ? agreed : undefined, policyFile = '/usr/sbin/policy-rc.d' } = options;
  const names = packages.join(', ');
  if (ask && !(await ask(`${names} is not installed. Install it with apt-get?`))) return false;
  steps.say(`${names} is not installed: installing it with apt-get …`);
  await steps.run(`Installed ${names}`, () => withoutServices(policyFile, () => aptInstall(packages)));
  return true;
}

async function aptInstall(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  await runProgram('apt-get', ['update', '-q'], { env });
  const { code, output } = await runProgram('apt-get', ['install', '-y', '-q', '--no-install-recommends', ...packages], { env });
  if (code !== 0) throw new Refusal(`apt-get could not install ${packages.join(', ')}: ${lastLine(output)}`);
}

const lastLine = (output: string) => output.split('\n').findLast((line) => line.startsWith('E:')) ?? output.split('\n').at(-1) ?? '';

/** The packages bring a system service that would start at once on the usual ports; Warren starts its own process instead. */
async function withoutServices<T>(policyFile: string, work: () => Promise<T>): Promise<T> {
  if (existsSync(policyFile)) return work();
  try {
    writeFileSync(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
    return await work();
  } finally {
    rmSync(policyFile, { force: true });
  }
}
