import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { Refusal } from '../terminal/refusal.js';
import { runProgram } from './programs.js';

/** Whether a Docker engine answers, not only its client. */
export async function hasDocker(): Promise<boolean> {
  const { code } = await runProgram('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 5_000 });
  return code === 0;
}

export interface ContainerOptions {
  image: string;
  /** The container's name, and its host name: RabbitMQ finds its data by it. */
  name: string;
  /** Host port on loopback → port in the container. */
  ports: ReadonlyMap<number, number>;
  /** Named volumes, so that the data stay when the container goes: volume → folder in the container. */
  volumes: ReadonlyMap<string, string>;
  /** File that gets what it writes, appended. */
  log: string;
}

/** Gets an image onto this machine unless it is there. */
export async function pullImage(image: string): Promise<void> {
  if ((await runProgram('docker', ['image', 'inspect', image])).code === 0) return;
  const { code, output } = await runProgram('docker', ['pull', '-q', image]);
  if (code !== 0) throw new Refusal(`Docker could not get the image ${image}: ${output.split('\n').at(-1) ?? ''}`);
}

/** Removes a container, running or not. */
export async function removeContainer(name: string): Promise<void> {
  await runProgram('docker', ['rm', '--force', name]);
}

/** A container that runs as long as `docker run` does, in a process group that Ctrl-C does not reach. */
export class Container {
  /** Resolves with how it ended, as Child.ended. */
  readonly ended: Promise<string>;

  private constructor(private readonly name: string, private readonly client: ChildProcess) {
    this.ended = new Promise((resolve) => {
      client.once('error', (error) => resolve(error.message));
      client.once('exit', (code, signal) => resolve(signal ? `signal ${signal}` : `exit code ${code ?? 'unknown'}`));
    });
  }

  /** Removes what an earlier run left under that name, then starts. */
  static async start({ image, name, ports, volumes, log }: ContainerOptions): Promise<Container> {
    await removeContainer(name);
    const published = [...ports].flatMap(([host, inside]) => ['--publish', `127.0.0.1:${host}:${inside}`]);
    const mounted = [...volumes].flatMap(([volume, folder]) => ['--volume', `${volume}:${folder}`]);
    const output = openSync(log, 'a');
    const args = ['run', '--rm', '--name', name, '--hostname', name, ...published, ...mounted, image];
    const client = spawn('docker', args, { env: process.env, detached: true, stdio: ['ignore', output, output] });
    closeSync(output);
    return new Container(name, client);
  }

  /** Of the `docker run` that shows it. */
  get pid(): number | undefined {
    return this.client.pid;
  }

  async stop(): Promise<void> {
    await runProgram('docker', ['stop', '--time', '30', this.name]);
    await this.ended;
  }

  async kill(): Promise<void> {
    await removeContainer(this.name);
    await this.ended;
  }
}
