import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fakeDocker } from '../../test/docker.js';
import { temporaryFolder } from '../../test/workspace.js';
import { Steps } from '../terminal/steps.js';
import { chooseBroker, type BrokerChoice } from './broker.js';
import { type Settings } from './start.config.js';

jest.setTimeout(40_000);

const { PATH, AMQP_URL } = process.env;
const steps = new Steps(new PassThrough());
const onMachine = { steps, install: false, findServer: () => '/usr/bin/rabbitmq-server' };
const notOnMachine = { ...onMachine, findServer: () => undefined };
let settings: Settings;

function own(choice: BrokerChoice) {
  if ('external' in choice) throw new Error('It chose a broker that runs elsewhere.');
  return choice;
}

describe('chooseBroker', () => {
  beforeEach(() => {
    settings = { host: '127.0.0.1', folder: temporaryFolder(), keysFile: '', env: {} };
  });
  afterEach(() => {
    process.env.PATH = PATH;
  });

  it('takes AMQP_URL before anything else, and finds its management API', async () => {
    const choice = await chooseBroker({ ...settings, amqpUrl: AMQP_URL }, onMachine);
    const { hostname, host } = new URL(AMQP_URL!);
    expect(choice).toEqual({ external: { title: `RabbitMQ of AMQP_URL (${host})`, url: AMQP_URL, managementUrl: `http://guest:guest@${hostname}:15672` } });
  });

  it("prefers the machine's rabbitmq-server to Docker", async () => {
    process.env.PATH = fakeDocker().path;
    expect(own(await chooseBroker(settings, onMachine)).title).toBe('Private RabbitMQ');
  });

  it('runs the official image in Docker, pinned and on loopback, and keeps its data in a volume', async () => {
    const docker = fakeDocker();
    process.env.PATH = docker.path;
    const { title, task } = own(await chooseBroker(settings, notOnMachine));
    expect(title).toBe('RabbitMQ in Docker');

    const running = await task.start();
    const { url, managementUrl, container } = task.running;
    const [amqp, management] = [url, managementUrl].map((one) => new URL(one).port);
    expect(docker.calls()).toContain('pull -q rabbitmq:4.2-management');
    expect(docker.calls()).toContain(
      `run --rm --name ${container} --hostname ${container} --publish 127.0.0.1:${amqp}:5672 --publish 127.0.0.1:${management}:15672 --volume ${container}:/var/lib/rabbitmq rabbitmq:4.2-management`,
    );
    expect(readFileSync(task.log, 'utf8')).toContain('started as warren-');

    await running.stop();
    expect(await running.ended).toBe('exit code 0');
    expect(docker.calls().at(-1)).toBe(`stop --time 30 ${container}`);
  });

  it('starts a container that died again, on the same ports and data', async () => {
    const docker = fakeDocker();
    process.env.PATH = docker.path;
    const { task } = own(await chooseBroker(settings, notOnMachine));
    const first = await task.start();
    docker.killContainer(task.running.container!);
    await first.ended;
    const second = await task.start();
    const runs = docker.calls().filter((call) => call.startsWith('run '));
    expect(runs).toHaveLength(2);
    expect(runs[1]).toBe(runs[0]);
    await second.kill();
  });

  it('does not take a Docker client without an engine for a broker', async () => {
    process.env.PATH = fakeDocker({ engine: false }).path;
    await expect(chooseBroker(settings, notOnMachine)).rejects.toThrow(
      /^There is no RabbitMQ to run on\. Do one of these, then start again:\n {2}sudo apt-get install rabbitmq-server\n {2}start a Docker engine.*\n {2}AMQP_URL=\S+ npm start$/,
    );
  });

  it('says when an image cannot be had', async () => {
    process.env.PATH = fakeDocker({ registry: false }).path;
    const { task } = own(await chooseBroker(settings, notOnMachine));
    await expect(task.start()).rejects.toThrow('Docker could not get the image rabbitmq:4.2-management: Error response from daemon: no route to host');
    expect(existsSync(join(settings.folder, 'rabbitmq'))).toBe(true);
  });
});
