import { isAlive, record } from '../machine/processes.js';
import { Refusal, reason } from '../terminal/refusal.js';
import { readRunFile, type RunFile } from '../start/run-file.js';
import { readSettings } from '../start/start.config.js';
import { Serving } from './serving.js';

const root = process.cwd();

/** `nx serve <app>`: joins the running system with one more instance of a service, which takes every saved change. */
async function main([folder = '']: readonly string[]): Promise<void> {
  const { service, env } = serviceIn(folder);
  const serving = new Serving({ root, service, folder, env });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => serving.stop());
  process.on('disconnect', () => serving.stop());
  await serving.ended();
}

function serviceIn(folder: string): RunFile['services'][number] {
  const run = readRunFile(readSettings(root, process.env).folder);
  if (!run || !isAlive(record(run.pid))) throw new Refusal('No system runs here that it could join: npm start in another terminal first.');
  const service = run.services.find((one) => one.folder === folder);
  if (!service) throw new Refusal(`${folder} is not part of the running system: start it with npm start -- --all, or --flows with its flow.`);
  return service;
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${reason(error)}\n`);
    process.exit(1);
  },
);
