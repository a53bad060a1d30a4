import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { waitFor } from '@warren/testing';
import { bootSystem, temporaryFolder } from './system/boot-system.js';
import { descendants, isAlive } from './system/descendants.js';
import { Program } from './system/program.js';
import { type System } from './system/system.js';
import { copyWorkspace } from './system/workspace-copy.js';

/** For what takes 2 to 3 s where nothing else runs: how long is told, not judged. */
const patience = { timeout: 60_000 };
let system: System;
let workspace: string;
let serving: Program;

beforeAll(async () => {
  workspace = await temporaryFolder();
  await copyWorkspace(workspace);
  system = await bootSystem({ env: { ORIG_INTERVAL: '200', IMED_DELAY: '50' } });
  serving = Program.start('node_modules/nx/dist/bin/nx.js', ['serve', 'signal-imed'], { cwd: workspace, env: { ...process.env, WARREN_FOLDER: system.folder, IMED_DELAY: '50' } });
}, 150_000);

const imeds = async () => (await system.services()).find(({ service }) => service === 'signal-imed')?.instances ?? [];

async function save(file: string, change: (text: string) => string): Promise<void> {
  const text = await readFile(join(workspace, file), 'utf8');
  await writeFile(join(workspace, file), change(text));
}

describe('npx nx serve signal-imed, in a copy of the workspace', () => {
  it('joins the running system as one more instance', async () => {
    await waitFor(async () => (await imeds()).length === 2, { ...patience, what: () => `the second imed: ${serving.output}` });
  }, 90_000);

  it('takes a change of its own: the message log shows it', async () => {
    const saved = performance.now();
    await save('apps/signal/imed/src/imed.consumer.ts', (text) => text.replace('`Got ', '`Had '));
    await waitFor(async () => (await system.texts('my.i')).some((text) => text.startsWith('Had MSG_')), { ...patience, what: () => `an answer in the new words: ${serving.output}` });
    process.stdout.write(`A saved change took effect after ${Math.round(performance.now() - saved)} ms\n`);
  }, 90_000);

  it("takes a library's change", async () => {
    await save('libs/contracts/src/signal.ts', (text) => `${text}\nconsole.log('A library was saved.');\n`);
    await serving.says('A library was saved.', patience.timeout);
    await waitFor(async () => (await imeds()).length === 2, { what: 'its return' });
  }, 90_000);

  it('leaves with all that it started, and no message is lost or answered twice', async () => {
    const started = descendants(serving.child.pid!);
    expect(started.length).toBeGreaterThan(2);
    await serving.stop();
    await waitFor(() => started.every(({ pid }) => !isAlive(pid)), { what: 'the end of what it started' });
    expect(await system.transition('PAUSED')).toMatchObject({ quiet: true });
    const answered = (await system.texts('my.i')).map((text) => Number(text.split('MSG_')[1])).sort((a, b) => a - b);
    expect(answered).toEqual((await system.texts('my.o')).map((_, index) => index + 1));
  });
});
