// The first step of `npm start`, `npm test` and `npm run bench`: node tools/with-dependencies.mjs <command> [arguments].
// Plain JavaScript for Node 20 or newer: nothing is installed yet. It installs what is missing, builds what changed, then hands over
// to the command's own program on the Node that package-lock.json pins.
import { spawn } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import { constants } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isStale } from './dependencies.mjs';

// What it says itself goes to stderr: stdout belongs to the command.
const root = dirname(dirname(fileURLToPath(import.meta.url)));
const programs = { start: 'tools/dist/start/main.js', test: 'tools/dist/test/main.js', bench: 'bench/dist/main.js', serve: 'tools/dist/serve/main.js' };
/** Bytes: a fresh install and build took 600 MB, a build alone 20 MB. */
const room = { install: 1_000_000_000, build: 50_000_000 };
/** @type {import('node:child_process').ChildProcess | undefined} */
let child;
let stopping = false;

class Refusal extends Error {}

async function main([command, ...args]) {
  const program = programs[command];
  if (!program) throw new Refusal(`Unknown command "${command ?? ''}": it is one of ${Object.keys(programs).join(', ')}.`);
  process.chdir(root);
  const stale = isStale(root);
  checkDisk(stale ? room.install : room.build);
  if (stale) await install();
  await step('Built what changed', [node(), 'node_modules/typescript/bin/tsc', '-b'], 'The build failed: mend what it says above.');
  return run([node(), program, ...args], ['inherit', 'inherit', 'inherit', 'ipc']);
}

function checkDisk(bytes) {
  const { bavail, bsize } = statfsSync(root);
  const megabytes = (number) => Math.floor(number / 1e6);
  if (bavail * bsize < bytes) throw new Refusal(`The disk of ${root} is full, ${megabytes(bavail * bsize)} MB left and ${megabytes(bytes)} MB needed: free some, or move the checkout.`);
}

async function install() {
  console.error('Installing dependencies (npm ci) …');
  const npm = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];
  await step('Installed dependencies', [...npm, 'ci', '--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'], 'npm ci failed: mend what it says above (is the package registry reachable?).');
}

/** The Node of package-lock.json; the one that runs this where the platform has none and it is new enough. */
function node() {
  const pinned = join(root, 'node_modules', '.bin', 'node');
  if (existsSync(pinned)) return pinned;
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12)) return process.execPath;
  throw new Refusal(`There is no pinned Node for ${process.platform}-${process.arch}: install Node 22.12 or newer and start again with it.`);
}

async function step(title, command, failure) {
  const started = performance.now();
  const code = await run(command, 'inherit');
  if (stopping) process.exit(code);
  if (code !== 0) throw new Refusal(failure);
  console.error(`✓ ${title} (${((performance.now() - started) / 1000).toFixed(1)} s)`);
}

/** Resolves with the exit code, 128 + n for a signal as shells do. */
function run([file, ...args], stdio) {
  return new Promise((resolve, reject) => {
    child = spawn(file, args, { cwd: root, stdio });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? 128 + constants.signals[signal]));
  });
}

/** @param {NodeJS.Signals} signal */
function stop(signal) {
  stopping = true;
  child?.kill(signal);
}

// Ctrl-C reaches the child by itself too: it takes signals that come together for one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => stop(signal));

// npm that is killed tells nobody.
const parent = process.ppid;
if (process.env.npm_command) setInterval(() => process.ppid === parent || stopping || stop('SIGTERM'), 250).unref();

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  console.error(error instanceof Refusal ? error.message : `Cannot start: ${error.message}`);
  process.exitCode = 1;
}
