import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { assertSpace } from '../machine/disk.js';
import { Refusal, UsageError, reason } from '../terminal/refusal.js';
import { Steps } from '../terminal/steps.js';
import { readArguments } from './arguments.js';
import { endLeftOvers } from './left-overs.js';
import { takeLock } from './lock.js';
import { plan } from './plan.js';
import { claimPorts } from './ports.js';
import { readSettings, type Settings } from './start.config.js';
import { StopRequest } from './stop-request.js';
import { summary } from './summary.js';
import { System } from './system.js';
import { findServices } from './workspace.js';

/** The launcher has gone there. */
const root = process.cwd();
const steps = new Steps();

async function main(): Promise<void> {
  const args = readArguments(process.argv.slice(2));
  const settings = readSettings(root, process.env);
  const planned = plan(findServices(root), args);
  takeFolder(settings);
  const leftOver = await endLeftOvers(settings.folder);
  if (leftOver > 0) steps.say(`Ended ${leftOver} processes that a killed start had left behind.`);
  const ports = await claimPorts(planned, settings);
  await runUntilStopped(new System({ root, settings, steps, planned, ports, install: args.install }));
}

/** Makes the run folder and takes the lock on it, until this process ends. */
function takeFolder({ folder }: Settings): void {
  mkdirSync(join(folder, 'logs'), { recursive: true });
  assertSpace(folder);
  process.on('exit', takeLock(join(folder, 'lock')));
}

async function runUntilStopped(system: System): Promise<void> {
  const request = new StopRequest(async () => {
    await system.kill();
    process.exit(130);
  });
  const started = system.start();
  try {
    await Promise.race([request.made, started.then(() => summary(system, steps))]);
    await request.made;
    steps.say('Stopping …');
    await steps.run('Stopped', () => system.stop());
  } finally {
    started.catch(() => undefined);
    await system.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${error instanceof Refusal ? error.message : reason(error)}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
