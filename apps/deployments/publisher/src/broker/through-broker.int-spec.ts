import { once } from 'node:events';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { FaultProxy, onTeardown, testBroker, waitFor, type TestBroker } from '@warren/testing';
import { release } from '../../test/release-command.js';
import { target, type Target } from '../../test/target.js';

let broker: TestBroker;
let monitor: Target;

beforeAll(async () => {
  broker = await testBroker();
  monitor = await target(broker);
});
beforeEach(() => monitor.bind());
afterEach(() => monitor.taken.splice(0));

const publish = (...args: string[]) => release(args, { AMQP_URL: broker.url });
const urlWith = (change: Partial<Pick<URL, 'username' | 'password' | 'pathname' | 'port' | 'hostname'>>) => Object.assign(new URL(broker.url), change).href;
const payloadOf = ({ content }: { content: Buffer }): unknown => JSON.parse(content.toString());

describe('warren-release with nothing but a broker', () => {
  it('publishes the release as its contract has it, outside of any run, and says so in one line', async () => {
    const ran = await publish('v1.2.3', '2026-11-26 10:11:12', '--attr', 'branch=main', '--attr', 'query=a=b');

    const message = await monitor.next();
    expect(ran).toMatchObject({ code: 0, err: '', out: `Released v1.2.3 at 2026-11-26T10:11:12Z (message ${message.properties.messageId as string})\n` });
    expect(payloadOf(message)).toEqual({ release: 'v1.2.3', datetime: '2026-11-26T10:11:12Z', attributes: { branch: 'main', query: 'a=b' } });
    expect(message.properties).toMatchObject({ type: 'deployments.released@1', contentType: 'application/json', deliveryMode: 2, correlationId: message.properties.messageId as string });
    expect(message.properties.headers).not.toHaveProperty('warren-run');
  });

  it('takes now for the time where none is given, and prints JSON for programs', async () => {
    const before = Date.now();
    const { out, code } = await publish('v2', '--json');

    const message = await monitor.next();
    const said = JSON.parse(out) as { id: string; datetime: string };
    const id = message.properties.messageId as string;
    expect({ code, said }).toEqual({ code: 0, said: { id, journey: id, release: 'v2', datetime: said.datetime, attributes: {} } });
    expect(payloadOf(message)).toEqual({ release: 'v2', datetime: said.datetime, attributes: {} });
    expect(Date.parse(said.datetime)).toBeGreaterThanOrEqual(before);
    expect(Date.parse(said.datetime)).toBeLessThanOrEqual(Date.now());
  });

  it('leaves nothing on the broker but the exchange of its flow', async () => {
    await publish('v3');

    const names = async (kind: string) => (await broker.management<{ name: string }[]>(`/api/${kind}/${broker.vhost}`)).map(({ name }) => name).filter((name) => !name.startsWith('amq.'));
    expect([await names('exchanges'), await names('queues')]).toEqual([['', 'deployments'], []]);
  });

  it('fails when the last target is gone', async () => {
    await monitor.unbind();

    const ran = await publish('v4');

    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^No target takes releases: .*\n$/) as string });
  });

  it('fails also where nobody has ever taken one', async () => {
    const empty = await testBroker();

    expect(await release(['v5'], { AMQP_URL: empty.url })).toMatchObject({ code: 1, out: '', err: expect.stringContaining('No target takes releases') as string });
  });

  it('fails where the exchange is something else', async () => {
    const other = await testBroker();
    await other.management(`/api/exchanges/${other.vhost}/deployments`, { method: 'PUT', body: { type: 'direct', durable: true } });

    const ran = await release(['v5'], { AMQP_URL: other.url });

    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^.*deployments.*\n$/) as string });
  });
});

describe('a broker that is lost in the middle', () => {
  let network: FaultProxy;
  beforeEach(async () => (network = await FaultProxy.to(broker.url)));
  afterEach(() => network.close());

  it('gets the release again with the same id when it had it and could not say so', async () => {
    network.delay(100); // so that the confirm is under way when the message has arrived
    const running = release(['v6', '--timeout', '60'], { AMQP_URL: network.url });
    await waitFor(() => monitor.taken.length > 0, { timeout: 30_000 });
    network.cut();
    network.restore();

    const { code, out } = await running;

    const ids = await waitFor(() => monitor.taken.length > 1 && monitor.taken.map(({ properties }) => properties.messageId as string));
    expect({ code, ids: new Set(ids).size, copies: ids.length, said: out.includes(ids[0]!) }).toEqual({ code: 0, ids: 1, copies: 2, said: true });
  }, 60_000);

  it('is waited for', async () => {
    network.cut();
    const running = release(['v7', '--timeout', '30'], { AMQP_URL: network.url });
    const refused = jest.fn();
    void running.then(refused);
    await release(['v8'], { AMQP_URL: broker.url }); // takes as long as it takes to look for a broker
    expect(refused).not.toHaveBeenCalled();
    network.restore();

    expect(await running).toMatchObject({ code: 0, err: '' });
  }, 30_000);

  it('and does not come back is said to perhaps have it', async () => {
    network.delay(100);
    const running = release(['v9', '--timeout', '8'], { AMQP_URL: network.url });
    await waitFor(() => monitor.taken.length > 0, { timeout: 8_000 });
    network.cut();

    const ran = await running;

    expect(ran).toMatchObject({ code: 1, out: '' });
    expect(ran.err).toBe(`The broker ${new URL(network.url).host} did not confirm the release within 8 s. It may have it, as message ${monitor.taken[0]?.properties.messageId as string}: look before you repeat it.\n`);
  }, 30_000);
});

describe('a broker that cannot be used', () => {
  let silent: Server;
  beforeAll(async () => {
    silent = createServer((socket) => socket.on('error', () => undefined).resume());
    await once(silent.listen(0, '127.0.0.1'), 'listening');
    onTeardown(() => new Promise((resolve) => silent.close(() => resolve())));
  });
  const port = () => String((silent.address() as AddressInfo).port);

  it.each([
    ['a wrong password', () => urlWith({ password: 's3cret' }), /^The broker 127\.0\.0\.1:\d+ refuses the login of "guest": set AMQP_URL with a user and a password that it knows\.\n$/],
    ['an unknown user', () => urlWith({ username: 'nobody', password: 's3cret' }), /refuses the login of "nobody"/],
    ['a virtual host that is none', () => urlWith({ pathname: '/nowhere', password: 'guest' }), /^The broker 127\.0\.0\.1:\d+ has no virtual host "nowhere" for "guest": .*\n$/],
    ['a host that is none', () => urlWith({ hostname: 'nowhere.invalid' }), /^The host in AMQP_URL is not known: nowhere\.invalid:\d+\.\n$/],
    ['a URL that is none', () => 'amqp//guest:s3cret@broker', /^AMQP_URL must be a URL such as .*\n$/],
  ])('is said at once: %s', async (_, url, line) => {
    const ran = await release(['v10', '--timeout', '30'], { AMQP_URL: url() });

    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringMatching(line) as string });
    expect(ran.err).not.toContain('s3cret');
    expect(ran.took).toBeLessThan(15_000);
  });

  it.each([
    ['nothing listens', () => urlWith({ port: '1', password: 's3cret' }), /^The broker 127\.0\.0\.1:1 does not answer within 2 s \(.*ECONNREFUSED.*\): start it, or change AMQP_URL\.\n$/],
    ['it takes the connection and says nothing', () => urlWith({ port: port(), password: 's3cret' }), /^The broker 127\.0\.0\.1:\d+ does not answer within 2 s.*: start it, or change AMQP_URL\.\n$/],
  ])('is said at the end of its time: %s', async (_, url, line) => {
    const ran = await release(['v11', '--timeout', '2'], { AMQP_URL: url() });

    expect(ran).toMatchObject({ code: 1, out: '', err: expect.stringMatching(line) as string });
    expect(ran.err).not.toContain('s3cret');
    expect(ran.took).toBeGreaterThanOrEqual(2_000);
    expect(ran.took).toBeLessThan(15_000);
  });

  it('is waited for 10 s where nothing else is said', async () => {
    const ran = await release(['v12'], { AMQP_URL: urlWith({ port: port() }) });

    expect(ran.err).toContain('within 10 s');
  }, 30_000);
});
