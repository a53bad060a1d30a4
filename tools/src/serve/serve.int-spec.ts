import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { onTeardown, waitFor } from '@warren/testing';
import { temporaryFolder, write } from '../../test/workspace.js';
import { writeRunFile } from '../start/run-file.js';

jest.setTimeout(40_000);

const folder = 'apps/signal/imed';
const options = JSON.stringify({ compilerOptions: { module: 'nodenext', target: 'es2023', rootDir: 'src', outDir: 'dist', types: ['node'] }, include: ['src'] });
const main = (text: string) => `
import { greeting } from '../../../../libs/greeting/dist/index.js';
const { PORT, WARREN_INSTANCE, AMQP_URL } = process.env;
console.log([greeting, ${JSON.stringify(text)}, PORT, WARREN_INSTANCE, AMQP_URL].join(' '));
process.on('SIGTERM', () => process.exit(0));
setInterval(() => undefined, 1000);
`;
const greeting = (text: string) => `export const greeting: string = ${JSON.stringify(text)};\n`;

/** A workspace with one service that prints a line when it starts, and one library. */
function workspace(): string {
  const root = temporaryFolder();
  symlinkSync(resolve(__dirname, '../../../node_modules'), join(root, 'node_modules'));
  for (const config of ['tsconfig.json', 'tsconfig.build.json']) write(root, `${folder}/${config}`, options);
  write(root, `${folder}/src/main.ts`, main('before'));
  write(root, `${folder}/dist/main.js`, "console.log('as it was built'); setInterval(() => undefined, 1000);");
  write(root, 'libs/greeting/src/index.ts', greeting('hello'));
  write(root, 'libs/greeting/dist/index.js', "exports.greeting = 'hello';");
  write(root, 'libs/greeting/dist/index.d.ts', 'export declare const greeting: string;');
  return root;
}

/** As if the system ran in this process. */
function running(root: string): void {
  mkdirSync(join(root, '.warren'));
  const service = { service: 'signal-imed', number: 1, instance: 'signal-imed-0000', folder, log: '', env: { AMQP_URL: 'amqp://broker', PORT: '8082' } };
  const server = { url: '', processes: [] };
  writeRunFile(join(root, '.warren'), {
    pid: process.pid, startedAt: new Date().toISOString(), url: '', broker: { ...server, managementUrl: '' }, database: server, services: [service],
  });
}

function serve(root: string, app = folder) {
  const child = spawn(process.execPath, [join(__dirname, '../../dist/serve/main.js'), app], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  const serving = { child, output: '', code: new Promise((done) => child.once('close', done)) };
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (serving.output += chunk.toString()));
  onTeardown(async () => {
    child.kill('SIGTERM');
    await serving.code;
  });
  return serving;
}

describe('nx serve', () => {
  it('joins as one more instance and takes what is saved, its own and a library, and tells of wrong types', async () => {
    const root = workspace();
    running(root);
    const serving = serve(root);
    await waitFor(() => serving.output.includes('as it was built'));

    const taken = (line: RegExp) => waitFor(() => line.exec(serving.output), { what: () => `${String(line)} in ${serving.output}` });
    write(root, `${folder}/src/main.ts`, main('after'));
    const [, instance] = await taken(/hello after 0 (signal-imed-[0-9a-f]{4}) amqp:\/\/broker\n/);
    expect(instance).not.toBe('signal-imed-0000');
    write(root, 'libs/greeting/src/index.ts', greeting('good evening'));
    await taken(/good evening after 0 /);

    write(root, `${folder}/src/main.ts`, `${main('wrong')}\nexport const wrong: number = 'text';\n`);
    await waitFor(() => serving.output.includes("Type 'string' is not assignable to type 'number'"), { timeout: 20_000 });
    serving.child.kill('SIGTERM');
    expect(await serving.code).toBe(0);
  });

  it('says what to start first', async () => {
    const root = workspace();
    const alone = serve(root);
    expect(await alone.code).toBe(1);
    expect(alone.output).toBe('No system runs here that it could join: npm start in another terminal first.\n');
    running(root);
    const other = serve(root, 'apps/relay/first');
    expect(await other.code).toBe(1);
    expect(other.output).toBe('apps/relay/first is not part of the running system: start it with npm start -- --all, or --flows with its flow.\n');
  });
});
