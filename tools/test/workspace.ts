import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { onTeardown } from '@warren/testing';

/** A service without Warren's libraries: HTTP, the message that it is ready, an end by signal or with its supervisor. */
const program = `
const { createServer } = require('node:http');
const { appendFileSync } = require('node:fs');
const name = process.env.WARREN_INSTANCE;
if (process.env.WRONG && name.startsWith(process.env.WRONG)) {
  console.error(name.slice(0, -5) + ': WRONG must not be set');
  process.exit(1);
}
const state = { state: 'RUNNING', run: 1, epoch: 2, converged: true, since: process.env.SINCE ?? new Date().toISOString(), age: 0 };
const server = createServer((request, response) => response.end(JSON.stringify(request.url === '/env' ? process.env : state)));
server.listen(Number(process.env.PORT), process.env.HOST ?? '127.0.0.1', () => {
  console.log('listening as ' + name);
  process.send?.({ ready: true, port: server.address().port });
});
const stop = () => {
  if (process.env.STOPS) appendFileSync(process.env.STOPS, name.slice(0, -5) + '\\n');
  process.exit(0);
};
process.on('SIGTERM', stop);
process.on('disconnect', stop);
`;

const services = {
  'apps/warren/gateway': { nx: { name: 'gateway' }, warren: { schema: 'gateway', reads: ['journal'], port: { number: 8081, setting: 'GATEWAY_PORT' } } },
  'apps/warren/observer': { nx: { name: 'observer' }, warren: { schema: 'observer', publishes: 'journal' } },
  'apps/warren/cli': { nx: { name: 'cli' } },
  'apps/signal/imed': { nx: { name: 'signal-imed' } },
  'apps/signal/orig': { nx: { name: 'signal-orig' }, warren: { schema: 'orig' } },
  'apps/relay/first': { nx: { name: 'relay-first' } },
  'apps/chain/link': { nx: { name: 'chain-link' }, warren: { schema: 'chain', names: { setting: 'CHAIN_LINK', list: 'libs/links.json' } } },
} as const;

/** A folder that is removed after the tests of the file. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'warren-tools-'));
  onTeardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A workspace of small services as `npm start` finds it after the build. */
export function fakeWorkspace(): string {
  const root = temporaryFolder();
  write(root, 'libs/links.json', '["b", "a"]');
  for (const [folder, packageJson] of Object.entries(services)) {
    write(root, `${folder}/package.json`, JSON.stringify(packageJson));
    write(root, `${folder}/src/main.ts`, '');
    write(root, `${folder}/dist/main.js`, program);
  }
  return root;
}

/** A program of that name for PATH: a script of Node. @returns its folder */
export function fakeProgram(folder: string, name: string, script: string): string {
  write(folder, name, `#!${process.execPath}\n${script}`, 0o755);
  return folder;
}

export function write(root: string, path: string, text: string, mode = 0o644): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text, { mode });
}
