import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@warren/testing';
import { bootSystem, startSystem, temporaryFolder } from './system/boot-system.js';
import { descendants, isAlive } from './system/descendants.js';
import { type System } from './system/system.js';

const bootTimeout = 150_000;
let folder: string;
let system: System;
const boot = async (args: string[] = []) => (system = await bootSystem({ folder, args, ownServers: true, env: { ORIG_INTERVAL: '200', IMED_DELAY: '50' } }));

beforeAll(async () => {
  folder = await temporaryFolder();
  await boot(['--scale', 'imed=3']);
}, bootTimeout);

const answers = (count: number) => waitFor(async () => (await system.texts('my.i')).length >= count, { timeout: 20_000, what: `${count} answers` });

async function expectNoGap(): Promise<void> {
  const originals = await system.texts('my.o');
  expect(originals).toEqual(originals.map((_, index) => `MSG_${index + 1}`));
}

const words = async () => (await system.runLog()).map((line) => line.split(': ')[1]);

describe('npm start, one after another on the same folder', () => {
  it('runs as many processes of a service as --scale says', async () => {
    const imed = await waitFor(async () => {
      const { instances = [] } = (await system.services()).find(({ service }) => service === 'signal-imed') ?? {};
      return instances.length === 3 && instances;
    });
    expect(new Set(imed.map(({ instance }) => instance)).size).toBe(3);
    expect(system.run.services.filter(({ service }) => service === 'signal-imed').map(({ instance }) => instance).sort()).toEqual(imed.map(({ instance }) => instance).sort());
    await answers(3);
  });

  it('refuses to run twice, in one line, and the first goes on', async () => {
    const second = startSystem({ folder });
    expect(await second.exit).toBe(1);
    expect(second.output).toMatch(/^Warren is started here already \(process \d+\): stop it with .+\n$/);
    await answers((await system.texts('my.i')).length + 2);
  });

  it('stopped by SIGTERM leaves no process and no run file behind', async () => {
    await system.put('PAUSED');
    const processes = descendants(system.program.child.pid!);
    const { broker, database, services } = system.run;
    const known = [...broker.processes, ...database.processes, ...services.flatMap(({ process }) => process ?? [])].map(({ pid }) => pid);
    expect(processes.map(({ pid }) => pid)).toEqual(expect.arrayContaining(known));
    expect(await system.program.stop()).toBe(0);
    await waitFor(() => processes.every(({ pid }) => !isAlive(pid)), { timeout: 2_000, what: "the end of the broker's own helpers" });
    expect(existsSync(join(folder, 'run.json'))).toBe(false);
  });

  it('finds its data, keeps the state and says so', async () => {
    await boot();
    expect(system.program.output).toMatch(/keeps run 1, PAUSED since \d{4}-/);
    expect((await system.request('/state')).text).toBe('PAUSED');
    expect(await words()).toEqual(['INIT', 'RUNNING', 'PAUSED']);
    const before = (await system.texts('my.i')).length;
    expect(before).toBeGreaterThan(4);
    await system.put('RUNNING');
    await answers(before + 2);
    await expectNoGap();
  }, bootTimeout);

  it('killed -9 takes its services with it, and the next start ends what else it left', async () => {
    const before = (await system.texts('my.i')).length;
    const { services, broker, database } = system.run;
    await system.program.stop('SIGKILL');
    const left = () => services.filter(({ process }) => process && isAlive(process.pid)).map(({ service }) => service);
    await waitFor(() => left().length === 0, { timeout: 15_000, what: 'the end of the services' });
    await boot();
    expect(system.program.output).toMatch(/Ended \d+ processes that a killed start had left behind\./);
    expect([...broker.processes, ...database.processes].filter(({ pid }) => isAlive(pid))).toEqual([]);
    expect(system.program.output).toMatch(/keeps run 1, RUNNING since/);
    await answers(before + 2);
    await expectNoGap();
  }, bootTimeout);
});
