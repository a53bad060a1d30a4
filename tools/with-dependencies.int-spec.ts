import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { waitFor } from '@warren/testing';
import { fakeProgram, temporaryFolder } from './test/workspace.js';

jest.setTimeout(40_000);

const packages = {
  '': { name: 'a-workspace' },
  'node_modules/zod': { version: '4.6.7', integrity: 'sha512-a' },
  'node_modules/@warren/bus': { resolved: 'libs/bus', link: true },
  'node_modules/node-other-platform': { version: '24.0.0', optional: true },
};
type Packages = Record<string, object>;

/** Notes what it was called with, and installs as the lock file says, but nothing optional. */
const npm = (root: string, code: number) => `
const fs = require('node:fs');
fs.appendFileSync('${root}/calls', 'npm ' + process.argv.slice(2).join(' ') + '\\n');
if (${code}) process.exit(${code});
const { packages } = JSON.parse(fs.readFileSync('${root}/package-lock.json', 'utf8'));
for (const path of Object.keys(packages)) if (packages[path].optional) delete packages[path]; else if (path) fs.mkdirSync('${root}/' + path, { recursive: true });
fs.writeFileSync('${root}/node_modules/.package-lock.json', JSON.stringify({ packages }));
fs.mkdirSync('${root}/node_modules/.bin', { recursive: true });
fs.rmSync('${root}/node_modules/.bin/node', { force: true });
fs.symlinkSync(process.execPath, '${root}/node_modules/.bin/node');
fs.mkdirSync('${root}/node_modules/typescript/bin', { recursive: true });
fs.cpSync('${root}/tsc.js', '${root}/node_modules/typescript/bin/tsc');
`;
const tsc = (root: string, code: number) => `require('node:fs').appendFileSync('${root}/calls', 'tsc ' + process.argv.slice(2).join(' ') + '\\n'); process.exit(${code});`;

/** Its exit code is its argument; without one it runs until it is told to stop. */
const main = `
process.on('SIGTERM', () => { console.log('asked to stop'); process.exit(3); });
process.on('disconnect', () => { require('node:fs').writeFileSync('orphaned', ''); process.exit(0); });
console.log('main ' + process.argv.slice(2).join(' ')); // from here on it may be told to stop
if (process.argv[2]) process.exit(Number(process.argv[2]));
`;

interface Behaviour {
  /** Exit codes. */
  npm?: number;
  tsc?: number;
}

class Workspace {
  readonly root = temporaryFolder();

  constructor(behaviour: Behaviour = {}) {
    for (const file of ['with-dependencies.mjs', 'dependencies.mjs']) this.write(`tools/${file}`, readFileSync(join(__dirname, file), 'utf8'));
    this.write('tsc.js', tsc(this.root, behaviour.tsc ?? 0));
    this.write('tools/dist/start/main.js', main);
    this.lock(packages);
    fakeProgram(join(this.root, 'path'), 'npm', npm(this.root, behaviour.npm ?? 0));
  }

  lock(wanted: Packages): void {
    this.write('package-lock.json', JSON.stringify({ packages: wanted }));
  }

  launch(...args: string[]) {
    return this.spawn(process.execPath, [join(this.root, 'tools/with-dependencies.mjs'), ...args]);
  }

  /** As npm does where the shell stays between the two. */
  launchByShell() {
    return this.spawn('/bin/sh', ['-c', `${process.execPath} ${join(this.root, 'tools/with-dependencies.mjs')} start; true`], { npm_command: 'start' });
  }

  private spawn(program: string, args: string[], more: NodeJS.ProcessEnv = {}) {
    const env = { ...process.env, PATH: join(this.root, 'path'), npm_execpath: '', npm_command: undefined, ...more };
    const child = spawn(program, args, { env, cwd: '/', stdio: ['ignore', 'pipe', 'pipe'] });
    const launched = { child, output: '', code: new Promise((resolve) => child.once('close', resolve)) };
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (launched.output += chunk.toString()));
    return launched;
  }

  /** Launches to the end. @returns which programs ran for it */
  async run(...args: string[]): Promise<{ calls: string[]; code: unknown; output: string }> {
    rmSync(join(this.root, 'calls'), { force: true });
    const launched = this.launch(...args);
    const code = await launched.code;
    const calls = existsSync(join(this.root, 'calls')) ? readFileSync(join(this.root, 'calls'), 'utf8').trim().split('\n') : [];
    return { calls, code, output: launched.output };
  }

  private write(path: string, text: string): void {
    mkdirSync(dirname(join(this.root, path)), { recursive: true });
    writeFileSync(join(this.root, path), text);
  }
}

const install = 'npm ci --no-audit --no-fund --prefer-offline --loglevel=error';
const build = 'tsc -b';

describe('with-dependencies', () => {
  it('installs, builds, and hands over with arguments and exit code, and shows the times', async () => {
    const { calls, code, output } = await new Workspace().run('start', '7', '--all');
    expect(calls).toEqual([install, build]);
    expect(code).toBe(7);
    expect(output).toMatch(/^Installing dependencies \(npm ci\) …\n✓ Installed dependencies \(\d+\.\d s\)\n✓ Built what changed \(\d+\.\d s\)\nmain 7 --all\n$/);
  });

  it('installs nothing when node_modules is what package-lock.json says', async () => {
    const workspace = new Workspace();
    await workspace.run('start', '0');
    workspace.lock(packages); // newer, as in a fresh checkout
    expect((await workspace.run('start', '0')).calls).toEqual([build]);
  });

  it.each<[string, Packages]>([
    ['another version', { ...packages, 'node_modules/zod': { version: '4.6.8', integrity: 'sha512-a' } }],
    ['another content', { ...packages, 'node_modules/zod': { version: '4.6.7', integrity: 'sha512-b' } }],
    ['a new package', { ...packages, 'node_modules/helmet': { version: '8.3.0' } }],
    ['a new library of the workspace', { ...packages, 'node_modules/@warren/new': { resolved: 'libs/new', link: true } }],
  ])('installs again for %s', async (_, changed) => {
    const workspace = new Workspace();
    await workspace.run('start', '0');
    workspace.lock(changed);
    expect((await workspace.run('start', '0')).calls).toEqual([install, build]);
  });

  it('installs again when a package was deleted', async () => {
    const workspace = new Workspace();
    await workspace.run('start', '0');
    rmSync(join(workspace.root, 'node_modules/zod'), { recursive: true });
    expect((await workspace.run('start', '0')).calls).toEqual([install, build]);
  });

  it.each<[string, Behaviour, string[], string]>([
    ['an install that fails', { npm: 1 }, [install], 'npm ci failed: mend what it says above (is the package registry reachable?).\n'],
    ['a build that fails', { tsc: 2 }, [install, build], 'The build failed: mend what it says above.\n'],
  ])('ends after %s with one line and exit code 1', async (_, behaviour, calls, line) => {
    const run = await new Workspace(behaviour).run('start');
    expect(run).toMatchObject({ calls, code: 1 });
    expect(run.output.endsWith(line)).toBe(true);
  });

  it('knows its commands', async () => {
    expect(await new Workspace().run('strat')).toEqual({ calls: [], code: 1, output: 'Unknown command "strat": it is one of start, test, bench, serve.\n' });
  });

  it('passes a signal on and waits for the end', async () => {
    const { child, code } = await running();
    child.kill('SIGTERM');
    expect(await code).toBe(3);
  });

  it('stops when npm is killed, which tells nobody', async () => {
    const { child, output, ...launched } = await running((workspace) => workspace.launchByShell());
    child.kill('SIGKILL');
    await launched.code; // of its output: both have ended
    expect(output()).toContain('asked to stop');
  });

  it('leaves no program behind when it is killed itself', async () => {
    const { child, workspace } = await running();
    child.kill('SIGKILL');
    expect(await waitFor(() => existsSync(join(workspace.root, 'orphaned')))).toBe(true);
  });
});

async function running(launch = (workspace: Workspace) => workspace.launch('start')) {
  const workspace = new Workspace();
  const launched = launch(workspace);
  await waitFor(() => launched.output.includes('main'));
  return { ...launched, output: () => launched.output, workspace };
}
