import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { provision } from '@warren/database';
import { names, type Command } from '@warren/protocol';
import { testDatabase, waitFor, type TestDatabase } from '@warren/testing';
import { connect, type ConfirmChannel } from 'amqplib';

const script = join(__dirname, '../../../apps/warren/observer/dist/main.js');
const instance = 'observer-bench';
const login = { role: 'bench_observer', password: 'bench' };

/** The journal's writer in a process of its own, on a database of its own. */
export class Observer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly database: TestDatabase,
  ) {}

  /** Starts it and resolves when it is in the state that a gateway would have told it: running and attached. */
  static async start(amqpUrl: string): Promise<Observer> {
    const database = await testDatabase();
    await provision(database.url, ['observer', 'journal'].map((schema) => ({ ...login, schema })));
    const url = new URL(database.url);
    Object.assign(url, { username: login.role, password: login.password });
    const env = { ...process.env, AMQP_URL: amqpUrl, DATABASE_URL: url.href, WARREN_INSTANCE: instance, LOG_LEVEL: 'warn', PORT: '0' };
    const observer = new Observer(fork(script, [], { env }), database);
    const ready = Promise.race([once(observer.child, 'message'), ended(observer.child)]);
    await command(amqpUrl, { epoch: 1, run: 1, state: 'RUNNING', sources: true, attached: 'all' });
    await ready;
    return observer;
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** Resolves when so many messages are committed. */
  async has(messages: number): Promise<void> {
    const committed = async () => (await this.database.query<{ n: number }>('select count(*)::int as n from journal.messages'))[0]?.n;
    await waitFor(async () => (await committed()) === messages, { timeout: 60_000, interval: 50, what: `the journal of ${messages} messages` });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    await this.database.remove();
  }
}

async function ended(child: ChildProcess): Promise<never> {
  await once(child, 'exit');
  throw new Error(`The observer ended before it was ready (${script}).`);
}

/** Sends the command to the observer as soon as it has its control queue. */
async function command(amqpUrl: string, body: Command): Promise<void> {
  const connection = await connect(amqpUrl);
  try {
    const channel = await connection.createConfirmChannel();
    await waitFor(() => taken(channel, body), { timeout: 20_000, what: 'the start of the observer' });
  } finally {
    await connection.close();
  }
}

async function taken(channel: ConfirmChannel, body: Command): Promise<boolean> {
  let returned = false;
  channel.once('return', () => (returned = true));
  channel.publish('', names.control(instance), Buffer.from(JSON.stringify(body)), { mandatory: true, type: 'warren.command' });
  await channel.waitForConfirms();
  channel.removeAllListeners('return');
  return !returned;
}
