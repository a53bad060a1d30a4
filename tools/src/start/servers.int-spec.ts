import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@warren/testing';
import { Started } from '../../test/start.js';
import { fakeWorkspace } from '../../test/workspace.js';
import { isAlive } from '../machine/processes.js';
import { type RunFile } from './run-file.js';

const nothingGiven = { AMQP_URL: '', AMQP_MANAGEMENT_URL: '', DATABASE_URL: '' };
const serverProcesses = ({ broker, database }: RunFile) => [...broker.processes, ...database.processes];
const alive = (run: RunFile) => serverProcesses(run).filter(isAlive).length;

/** Where no broker and no database is given. One system for both tests, as each of its starts takes ten seconds. */
describe('npm start with a broker and a database of its own', () => {
  const root = fakeWorkspace();
  const started = Started.at(root, [], nothingGiven);

  it('starts both again when they die, where they were', async () => {
    const run = await started.ready();
    expect(started.output).toMatch(/✓ Embedded Postgres \(\d+\.\d s\)\n✓ Private RabbitMQ \(\d+\.\d s\)/);
    expect(started.output).toMatch(/\nrabbitmq +1 +\d+ +\d+ +\.warren\/rabbitmq\/rabbitmq\.log\npostgres +1 +\d+ +\d+ +\.warren\/postgres\/postgres\.log\n/);
    for (const { processes } of [run.broker, run.database]) process.kill(processes[0]!.pid, 'SIGKILL');
    await started.says(/postgres is ready again/);
    await started.says(/rabbitmq is ready again/);
    await waitFor(() => alive(started.run) === 3);
    expect(started.run.broker.url).toBe(run.broker.url);
  }, 60_000);

  it('ends what a killed start left behind before it starts anew, and then leaves nothing', async () => {
    const left = started.run;
    await started.stop('SIGKILL');
    expect(alive(left)).toBe(3);

    const next = Started.at(root, [], nothingGiven);
    const run = await next.ready();
    expect(next.output).toMatch(/^Ended \d processes that a killed start had left behind\.\n/);
    expect(alive(left)).toBe(0);
    expect(await next.stop()).toBe(0);
    expect(alive(run)).toBe(0);
    expect(existsSync(join(root, '.warren/run.json'))).toBe(false);
  }, 60_000);
});
