import { parseArgs } from 'node:util';
import { UsageError, reason } from '../terminal/refusal.js';
import { Steps } from '../terminal/steps.js';
import { brokerAvailable } from './packages.js';
import { checks, tests } from './runners.js';
import { startServers, type TestServers } from './servers.js';
import { sum, summaryLine, type Tally } from './tally.js';

/** `npm test`: everything, against servers of its own. The launcher has installed and built. */
const steps = new Steps();
const stopping = new AbortController();
const unit = ['--maxWorkers', '2', '--passWithNoTests'];
const endToEnd = ['-c', 'apps/e2e/jest.config.js', '--runInBand'];
const withoutServers = ['--testPathIgnorePatterns', 'int-spec', '/node_modules/', '/dist/'];

async function main(): Promise<Tally> {
  const { install } = readArguments();
  const withBroker = await brokerAvailable({ install, ci: process.env.CI === 'true' }, steps);
  const servers = await steps.run('Started private servers', () => startServers(withBroker));
  try {
    return sum(await runAll(servers, withBroker));
  } finally {
    await steps.run('Stopped the private servers', () => servers.stop());
  }
}

/** One after another, each also after a failure: a run shows all that is wrong. */
async function runAll({ folder, env }: TestServers, withBroker: boolean): Promise<Tally[]> {
  const options = { folder, env, signal: stopping.signal };
  const runners = [
    () => checks(options),
    () => tests({ ...options, args: withBroker ? unit : [...unit, ...withoutServers] }),
    ...(withBroker ? [() => tests({ ...options, args: endToEnd })] : []),
  ];
  const tallies: Tally[] = [];
  for (const runner of runners) if (!stopping.signal.aborted) tallies.push(await runner());
  return tallies;
}

function readArguments(): { install: boolean } {
  try {
    const { values } = parseArgs({ options: { 'no-install': { type: 'boolean', default: false } } });
    return { install: !values['no-install'] };
  } catch (error) {
    throw new UsageError(`${reason(error).split('. ')[0] ?? ''}. Usage: npm test -- [--no-install]`);
  }
}

const stop = () => stopping.abort();
process.on('SIGINT', stop).on('SIGTERM', stop).on('SIGHUP', stop).on('disconnect', stop);

main().then(
  (tally) => {
    if (stopping.signal.aborted) process.exit(130);
    process.stdout.write(`${summaryLine(tally)}\n`);
    process.exit(tally.failed === 0 ? 0 : 1);
  },
  (error: unknown) => {
    process.stderr.write(`${reason(error)}\n`);
    process.exit(error instanceof UsageError ? 2 : 1);
  },
);
