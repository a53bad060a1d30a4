import { connect } from 'amqplib';
import { Client } from 'pg';
import { sharedServer } from './environment.js';
import { managementApi } from './management-api.js';
import { testBroker, type TestBroker } from './test-broker.js';
import { testDatabase, type TestDatabase } from './test-database.js';
import { onTeardown } from './teardown.js';

describe('testBroker', () => {
  let broker: TestBroker;
  beforeAll(async () => (broker = await testBroker()));

  it('gives a vhost that messages can go through', async () => {
    const connection = await connect(broker.url);
    const channel = await connection.createConfirmChannel();
    await channel.assertQueue('alone', { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    channel.sendToQueue('alone', Buffer.from('here'));
    await channel.waitForConfirms();
    await connection.close();
    await expect(broker.queue('alone')).resolves.toEqual({ messages: 1, consumers: 0 });
  });

  it('does not share its queues with another one', async () => {
    const other = await testBroker();
    await expect(other.queue('alone')).rejects.toThrow('NOT_FOUND');
  });

  it('deletes the vhost when it is removed', async () => {
    const { vhost, remove, management } = await testBroker();
    await remove();
    const vhosts = await management<{ name: string }[]>('/api/vhosts');
    expect(vhosts.map(({ name }) => name)).not.toContain(vhost);
    await management(`/api/vhosts/${vhost}`, { method: 'PUT' }); // the teardown of this file finds it again
  });
});

describe('testDatabase', () => {
  let database: TestDatabase;
  beforeAll(async () => (database = await testDatabase()));

  it('gives a database of its own', async () => {
    const [row] = await database.query<{ name: string }>('select current_database() as name');
    expect(row).toEqual({ name: database.name });
    const other = await testDatabase();
    await database.query('create table here (id int)');
    await expect(other.query('select * from here')).rejects.toThrow('does not exist');
  });

  it('passes values apart from the text', async () => {
    await expect(database.query('select $1::text as value', ["'; drop"])).resolves.toEqual([{ value: "'; drop" }]);
  });

  it('is dropped even while somebody is connected', async () => {
    const { url, remove, name } = await testDatabase();
    const client = new Client({ connectionString: url });
    client.on('error', () => undefined);
    await client.connect();
    await remove();
    await expect(database.query('select 1 from pg_database where datname = $1', [name])).resolves.toEqual([]);
  });
});

describe('managementApi', () => {
  it('says what was asked and what came when the broker refuses', async () => {
    const api = managementApi(sharedServer('AMQP_MANAGEMENT_URL'));
    await expect(api('/api/queues/nowhere')).rejects.toThrow('GET /api/queues/nowhere answered 404');
  });
});

describe('the teardown of a Jest file', () => {
  let closed = false;
  afterAll(() => (closed = true));

  it('comes after the hooks of the file', () => {
    onTeardown(() => (closed ? Promise.resolve() : Promise.reject(new Error('The teardown came before the hooks.'))));
  });
});
