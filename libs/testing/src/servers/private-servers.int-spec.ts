import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'amqplib';
import { Client } from 'pg';
import { onTeardown } from '../isolation/teardown.js';
import { waitFor } from '../wait-for.js';
import { assertFree } from './ports.js';
import { PrivateBroker } from './private-broker.js';
import { PrivateDatabase } from './private-database.js';

async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'warren-testing-'));
  onTeardown(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

const runs = (pid: number): boolean => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('PrivateDatabase', () => {
  it('keeps what is committed across a stop and a kill', async () => {
    const database = await PrivateDatabase.start({ folder: await temporaryFolder(), password: "p'w" });
    onTeardown(() => database.stop());
    await query(database.url, 'create table kept (n int)');
    await query(database.url, 'insert into kept values (1)');
    await database.kill();
    await database.restart();
    await query(database.url, 'insert into kept values (2)');
    await database.restart();
    await expect(query(database.url, 'select n from kept order by n')).resolves.toEqual([{ n: 1 }, { n: 2 }]);
  });

  it('leaves no process and no open port behind when it is stopped', async () => {
    const database = await PrivateDatabase.start({ folder: await temporaryFolder() });
    const { pid, url } = database;
    await database.stop();
    expect(runs(pid)).toBe(false);
    await expect(assertFree(Number(new URL(url).port), 'the test')).resolves.toBeUndefined();
    expect(() => database.pid).toThrow('not running');
  });

  it('tells that it ended when somebody kills it', async () => {
    const database = await PrivateDatabase.start({ folder: await temporaryFolder() });
    process.kill(database.pid, 'SIGKILL');
    await expect(database.ended).resolves.toBe('signal SIGKILL');
  });

  it('ends a server that was left behind on the same data', async () => {
    const folder = await temporaryFolder();
    const left = await PrivateDatabase.start({ folder });
    const { pid } = left;
    const database = await PrivateDatabase.start({ folder });
    onTeardown(() => database.stop());
    expect(runs(pid)).toBe(false);
    await expect(query(database.url, 'select 1 as one')).resolves.toEqual([{ one: 1 }]);
  });

  it('quotes the server when it cannot start', async () => {
    const starting = PrivateDatabase.start({ folder: await temporaryFolder(), settings: { wal_level: 'nonsense' } });
    await expect(starting).rejects.toThrow('invalid value for parameter "wal_level"');
  });
});

describe('PrivateBroker', () => {
  // Faults begin two seconds after a queue was declared: before that a single node may lose it (stack.md).
  it('keeps its messages across a kill and a stop, and ends with nothing left', async () => {
    const broker = await PrivateBroker.start({ folder: await temporaryFolder() });
    const { url, managementUrl, pid } = broker;
    await publish(url, 'kept', 'one');
    await waitFor(() => messagesIn(managementUrl, 'kept'));
    await broker.kill();
    expect(runs(pid)).toBe(false);
    await broker.restart();
    await expect(waitFor(() => messagesIn(managementUrl, 'kept'))).resolves.toBe(1);
    const second = broker.pid;
    await broker.stop();
    expect(runs(second)).toBe(false);
    await expect(assertFree(Number(new URL(url).port), 'the test')).resolves.toBeUndefined();
  }, 90_000);

  it('refuses a folder that it cannot write, quoting the cause', async () => {
    const file = join(await temporaryFolder(), 'file');
    await writeFile(file, '');
    await expect(PrivateBroker.start({ folder: join(file, 'below') })).rejects.toThrow('ENOTDIR');
  });
});

async function publish(url: string, queue: string, body: string): Promise<void> {
  const connection = await connect(url);
  const channel = await connection.createConfirmChannel();
  await channel.assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  channel.sendToQueue(queue, Buffer.from(body), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

async function messagesIn(managementUrl: string, queue: string): Promise<number> {
  const { origin } = new URL(managementUrl);
  const response = await fetch(`${origin}/api/queues/%2F/${queue}`, { headers: { authorization: `Basic ${btoa('guest:guest')}` } });
  return ((await response.json()) as { messages: number }).messages;
}

async function query(connectionString: string, text: string): Promise<unknown[]> {
  const client = new Client({ connectionString });
  await client.connect();
  const { rows } = await client.query<object>(text);
  await client.end();
  return rows;
}
