import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fakeProgram, temporaryFolder } from './workspace.js';

const script = (folder: string, { engine = true, registry = true }) => `
const fs = require('node:fs');
const [command, ...args] = process.argv.slice(2);
fs.appendFileSync('${folder}/calls', process.argv.slice(2).join(' ') + '\\n');
const fail = (line) => { console.error(line); process.exit(1); };
const signal = (name, how) => {
  if (!fs.existsSync('${folder}/' + name)) return;
  process.kill(Number(fs.readFileSync('${folder}/' + name, 'utf8')), how);
  fs.rmSync('${folder}/' + name);
};
if (command === 'version' && !${engine}) fail('Cannot connect to the Docker daemon');
if (command === 'image') process.exit(1);
if (command === 'pull' && !${registry}) fail('Error response from daemon: no route to host');
if (command === 'stop') signal(args.at(-1), 'SIGTERM');
if (command === 'rm') signal(args.at(-1), 'SIGKILL');
if (command === 'run') {
  const name = args[args.indexOf('--name') + 1];
  const management = args.find((arg) => arg.endsWith(':15672')).split(':')[1];
  fs.writeFileSync('${folder}/' + name, String(process.pid));
  process.on('SIGTERM', () => process.exit(0));
  require('node:http').createServer((_, response) => response.end('{"status":"ok"}')).listen(Number(management), '127.0.0.1');
  console.log('started as ' + name);
}
`;

/** A `docker` program whose containers answer as RabbitMQ's management API does when there is no alarm. */
export function fakeDocker(has: { engine?: boolean; registry?: boolean } = {}) {
  const folder = temporaryFolder();
  fakeProgram(folder, 'docker', script(folder, has));
  return {
    /** For PATH: nothing else is on it. */
    path: folder,
    calls: () => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n'),
    killContainer: (name: string) => process.kill(Number(readFileSync(join(folder, name), 'utf8')), 'SIGKILL'),
  };
}
