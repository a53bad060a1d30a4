import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { names, type Command } from '@warren/protocol';
import { onTeardown, waitFor, type TestBroker } from '@warren/testing';

/** An observer as a process of its own, which can be killed. It runs what was built. */
export class ObserverProcess {
  /** Its log. */
  output = '';
  /** The signal that ended it; null: none did. */
  readonly ended: Promise<NodeJS.Signals | null>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly broker: TestBroker,
    private readonly instance: string,
  ) {
    for (const stream of [child.stdout, child.stderr]) stream?.on('data', (data: Buffer) => (this.output += data.toString()));
    this.ended = once(child, 'exit').then(([, signal]) => signal as NodeJS.Signals | null);
    onTeardown(() => this.stop('SIGKILL'));
  }

  static start(broker: TestBroker, env: NodeJS.ProcessEnv): ObserverProcess {
    count += 1;
    const instance = `observer-${count}`;
    const main = join(__dirname, '../dist/main.js');
    const settings = { PATH: process.env['PATH'], WARREN_INSTANCE: instance, LOG_LEVEL: 'info', ...env };
    return new ObserverProcess(spawn(process.execPath, [main], { env: settings, stdio: ['ignore', 'pipe', 'pipe'] }), broker, instance);
  }

  get isRunning(): boolean {
    return this.child.exitCode === null && this.child.signalCode === null;
  }

  /** Tells it the state of the system, as a gateway does. */
  async hear(state: Command['state'] = 'RUNNING'): Promise<void> {
    epoch += 1;
    const command: Command = { epoch, run: 1, state, sources: state === 'RUNNING', attached: state === 'SHUTDOWN' ? 'none' : 'all' };
    const tell = () => this.broker.management<{ routed: boolean }>(`/api/exchanges/${this.broker.vhost}/amq.default/publish`, {
      method: 'POST', body: { routing_key: names.control(this.instance), properties: { type: 'warren.command' }, payload: JSON.stringify(command), payload_encoding: 'string' },
    }); // prettier-ignore
    await waitFor(async () => !this.isRunning || (await tell()).routed, { timeout: 30_000, what: () => `hearing of ${state} (${this.output})` });
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.child.kill(signal);
    await this.ended;
  }
}

let count = 0;
let epoch = 0;
