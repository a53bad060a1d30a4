import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { names, type Problem, type QueueStatistic } from '@warren/protocol';
import { onTeardown, waitFor } from '@warren/testing';
import { startGateway, surroundings, type Surroundings, type TestGateway } from '../../test/start-gateway.js';
import { type NodeStatistics } from './statistics.dto.js';

let around: Surroundings;
let gateway: TestGateway;
beforeAll(async () => {
  around = await surroundings();
  gateway = await startGateway(around);
});

describe('GET /node-statistic', () => {
  it('gives the five core figures', async () => {
    const figures = (await gateway.call('/node-statistic')).json<Record<string, number>>();

    expect(Object.keys(figures).sort()).toEqual(['disk_free', 'fd_used', 'mem_used', 'sockets_used', 'uptime']);
    expect(Math.min(figures.mem_used!, figures.disk_free!, figures.uptime!)).toBeGreaterThan(0);
  });

  it('gives each node of the cluster in detail', async () => {
    const detail = (await gateway.call('/node-statistic?detail=true')).json<NodeStatistics>();

    expect(detail.nodes).toEqual([expect.objectContaining({ running: true, mem_alarm: false, partitions: [] })]);
    expect(detail.rabbitmq_version).toMatch(/^\d+\.\d+/);
  });
});

describe('GET /queue-statistic', () => {
  const statistics = async () => (await gateway.call('/queue-statistic')).json<QueueStatistic[]>();

  it('counts what went through a queue, of this vhost only', async () => {
    const beats = await waitFor(async () => (await statistics()).find(({ queue, messages_published_recently }) => queue === names.beats && messages_published_recently > 0));

    expect(beats).toEqual({
      queue: names.beats,
      message_delivery_rate: expect.any(Number) as number,
      message_publishing_rate: expect.any(Number) as number,
      messages_delivered_recently: expect.any(Number) as number,
      messages_published_recently: expect.any(Number) as number,
    });
    expect((await statistics()).filter(({ queue }) => queue === names.beats)).toHaveLength(1);
  });

  it('gives zeros for a queue that nothing went through', async () => {
    await around.broker.management(`/api/queues/${around.broker.vhost}/idle`, { method: 'PUT', body: {} });

    const idle = await waitFor(async () => (await statistics()).find(({ queue }) => queue === 'idle'));

    expect(Object.values(idle)).toEqual(['idle', 0, 0, 0, 0]);
  });
});

describe('a management API', () => {
  const answers = async (url: string) => {
    const { call, close } = await startGateway(around, { AMQP_MANAGEMENT_URL: url });
    const given = await Promise.all([call('/node-statistic'), call('/queue-statistic')]);
    await close();
    return given.map((answer) => [answer.status, answer.json<Problem>().code]);
  };
  const away = [503, 'management-api-away'];

  it('that is away is a problem', async () => expect(await answers('http://guest:guest@127.0.0.1:1')).toEqual([away, away]));

  it('that refuses the login is one too, and the password is told to nobody', async () => {
    const url = new URL(around.broker.managementUrl);
    url.password = 'wrong-secret';

    expect(await answers(url.href)).toEqual([away, away]);
  });

  it('that hangs is given up', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    onTeardown(() => Promise.resolve(void silent.close()));
    await once(silent, 'listening');

    expect(await answers(`http://guest:guest@127.0.0.1:${(silent.address() as AddressInfo).port}`)).toEqual([away, away]);
  });
});
