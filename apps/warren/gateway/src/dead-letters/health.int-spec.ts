import { type DeadLetterHealth, names, type Problem } from '@warren/protocol';
import { onTeardown, waitFor } from '@warren/testing';
import { type Channel, connect } from 'amqplib';
import { add } from '../../test/dead-letters.js';
import { lockTable } from '../../test/lock-table.js';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';

let around: Surroundings;
let channel: Channel;

/** A gateway of its own has figures of its own: none is kept from the test before. */
async function withGateway(look: (gateway: TestGateway) => Promise<void>, settings: Record<string, string> = {}): Promise<void> {
  const gateway = await startGateway(around, settings);
  await look(gateway).finally(() => gateway.close());
}

const healthOf = async ({ call }: TestGateway) => (await call('/api/v1/dead-letters/health')).json<DeadLetterHealth>();
/** Of all that waits: the management API is seconds behind, with each queue by itself. */
const isThere = ({ waiting }: DeadLetterHealth) => waiting?.reduce((sum, { messages }) => sum + messages, 0) === 3;
/** The lines of our figures, without the labels that every figure of the service has. */
const figures = async ({ call }: TestGateway) => {
  const lines = (await call('/metrics')).text.split('\n').filter((line) => /^warren_(dead_letter|retry_waiting)/.test(line));
  return lines.map((line) => line.replaceAll(/,?(service|instance)="[^"]*"/g, '').replace('{}', ''));
};
const ago = (minutes: number) => new Date(Date.now() - minutes * 60_000);
const wait = async (band: number, messages: number) => {
  await channel.assertQueue(names.band(band), { durable: true, arguments: { 'x-queue-type': 'quorum' } });
  for (let n = 0; n < messages; n += 1) channel.sendToQueue(names.band(band), Buffer.from(''));
};

beforeAll(async () => {
  around = await surroundings();
  const connection = await connect(around.broker.url);
  onTeardown(() => connection.close());
  channel = await connection.createChannel();
  await add(around.database, 'dead_groups', { id: 'g1', dead: 2 }, { id: 'g2', dead: 1 }, { id: 'g3', dead: 4, flow: 'words', consumer: 'words.count' }, { id: 'g4', dead: 0, flow: 'jobs', consumer: 'jobs.run' });
  await add(around.database, 'dead_letters', { at: ago(90), state: 'handled' }, { at: ago(61) }, { at: ago(59) }, { at: ago(1), state: 'redriven' }, { at: ago(1), flow: 'words', consumer: 'words.count' });
  await Promise.all([wait(12, 1), wait(3, 2)]);
});

describe('GET /api/v1/dead-letters/health', () => {
  it('tells how many wait and the oldest, what died in the last hour, and what waits to be tried again', () =>
    withGateway(async (gateway) => {
      const health = await waitFor(async () => {
        const found = await healthOf(gateway);
        return isThere(found) ? found : undefined;
      });

      expect(health).toEqual({
        dead: 7,
        oldest: { id: 2, at: expect.any(String) as string, age: expect.any(Number) as number },
        lastHour: [{ flow: 'shop', consumer: 'shop.till', dead: 2 }, { flow: 'words', consumer: 'words.count', dead: 1 }],
        waiting: [{ band: 3, from: 800, to: 1600, messages: 2 }, { band: 12, from: 409_600, to: 819_200, messages: 1 }],
      });
      expect(Math.abs(health.oldest!.age - 61 * 60)).toBeLessThan(60);
    }));

  it('tells what it can without the management API', () =>
    withGateway(async (gateway) => expect(await healthOf(gateway)).toMatchObject({ dead: 7, waiting: null }), { AMQP_MANAGEMENT_URL: 'http://guest:guest@127.0.0.1:1' }));
});

describe('/metrics', () => {
  it('tells the same', () =>
    withGateway(async (gateway) => {
      await waitFor(async () => isThere(await healthOf(gateway)));
      const lines = await figures(gateway);

      const oldest = lines.find((line) => line.startsWith('warren_dead_letter_oldest_seconds'))!;
      expect(Math.abs(Number(oldest.split(' ')[1]) - 61 * 60)).toBeLessThan(60);
      expect(lines.filter((line) => line !== oldest).sort()).toEqual([
        'warren_dead_letters_last_hour{flow="shop",consumer="shop.till"} 2',
        'warren_dead_letters_last_hour{flow="words",consumer="words.count"} 1',
        'warren_dead_letters{flow="jobs",consumer="jobs.run"} 0',
        'warren_dead_letters{flow="shop",consumer="shop.till"} 3',
        'warren_dead_letters{flow="words",consumer="words.count"} 4',
        'warren_retry_waiting_messages{band="12",from_ms="409600"} 1',
        'warren_retry_waiting_messages{band="3",from_ms="800"} 2',
      ]);
    }));

  it('asks once for many scrapes', () =>
    withGateway(async (gateway) => {
      const before = await figures(gateway);
      await add(around.database, 'dead_groups', { id: 'g5', dead: 100 });
      const scrapes = await Promise.all(Array.from({ length: 20 }, () => figures(gateway)));
      await around.database.query(`delete from journal.dead_groups where id = 'g5'`);

      for (const lines of scrapes) expect(lines).toEqual(before);
    }));

  it('leaves out what the management API does not tell', () =>
    withGateway(
      async (gateway) => {
        const lines = await figures(gateway);

        expect(lines.some((line) => line.startsWith('warren_retry'))).toBe(false);
        expect(lines).toContain('warren_dead_letters{flow="words",consumer="words.count"} 4');
      },
      { AMQP_MANAGEMENT_URL: 'http://guest:guest@127.0.0.1:1' },
    ));

  it('leaves out what the database does not tell, and none of the rest', () =>
    withGateway(async (gateway) => {
      const free = await lockTable(around.database, 'dead_groups');
      const { status, text } = await gateway.call('/metrics');
      const lines = await figures(gateway);
      const health = await gateway.call('/api/v1/dead-letters/health');
      await free();

      expect(lines.filter((line) => line.startsWith('warren_dead'))).toEqual([]);
      expect(lines.filter((line) => line.startsWith('warren_retry'))).toHaveLength(2);
      expect([status, text]).toEqual([200, expect.stringContaining('warren_broker_connected')]);
      expect(health.json<Problem>()).toMatchObject({ status: 503, code: 'database-away' });
    }));
});
