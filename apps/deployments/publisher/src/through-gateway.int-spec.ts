import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { freePort } from '@warren/testing';
import { release } from '../test/release-command.js';

const id = '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11';
const published = { id, journey: id, flow: 'deployments', contract: 'released', topic: 'release.published' };

let server: Server;
let url: string;
let answer: (response: ServerResponse) => void;
let asked: { method: string | undefined; path: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    void text(request).then((body) => {
      asked.push({ method: request.method, path: request.url, headers: request.headers, body });
      answer(response);
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  asked = [];
  answer = (response) => void response.writeHead(202).end(JSON.stringify(published));
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});

const publish = (...args: string[]) => release(args, { WARREN_URL: url });
const refuses = (status: number, problem: object) => (answer = (response) => void response.writeHead(status).end(JSON.stringify({ title: 'Refused', status, ...problem })));

describe('warren-release without a broker of its own', () => {
  it('has the gateway publish the release', async () => {
    const ran = await publish('v1', '2026-11-26T10:00:00+01:00', '--attr', 'branch=main');

    expect(ran).toMatchObject({ code: 0, err: '', out: `Released v1 at 2026-11-26T10:00:00+01:00 (message ${id})\n` });
    expect(asked).toMatchObject([{ method: 'POST', path: '/api/v1/flows/deployments/released', headers: { 'content-type': 'application/json' } }]);
    expect(JSON.parse(asked[0]!.body)).toEqual({ release: 'v1', datetime: '2026-11-26T10:00:00+01:00', attributes: { branch: 'main' } });
    expect(asked[0]!.headers).not.toHaveProperty('authorization');
  });

  it('prints the same JSON as with one', async () => {
    const { out } = await publish('v1', '2026-11-26', '--json');

    expect(JSON.parse(out)).toEqual({ id, journey: id, release: 'v1', datetime: '2026-11-26T00:00:00Z', attributes: {} });
  });

  it.each(['/warren', '/warren/'])('finds one behind a path: %s', async (path) => {
    await release(['v1'], { WARREN_URL: `${url}${path}` });

    expect(asked).toMatchObject([{ path: '/warren/api/v1/flows/deployments/released' }]);
  });

  it('sends its key', async () => {
    await release(['v1'], { WARREN_URL: url, WARREN_KEY: 'wk_1\n' });

    expect(asked[0]!.headers.authorization).toBe('Bearer wk_1');
  });

  it('fails in plain words where no target takes releases', async () => {
    refuses(502, { code: 'unroutable', detail: 'No consumer takes "release.published" of exchange "deployments".' });

    expect(await publish('v1')).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^No target takes releases: .*\n$/) as string });
  });

  it.each([
    [503, { code: 'sources-closed', detail: 'The system is PAUSED: nothing new is started.' }, 'The system is PAUSED: nothing new is started.\n'],
    [404, { code: 'unknown-flow', detail: 'There is no flow deployments. There are: signal.' }, 'There is no flow deployments. There are: signal.\n'],
    [401, { detail: 'A key is needed.' }, 'A key is needed. The key is read from WARREN_KEY.\n'],
    [422, { detail: 'The payload does not fit.', issues: [{ path: '/release', message: 'too\nlong' }] }, 'The payload does not fit. /release: too long\n'],
    [500, {}, 'Refused\n'],
  ])('says on one line what the gateway says with %s', async (status, problem, err) => {
    refuses(status, problem);

    expect(await publish('v1')).toMatchObject({ code: 1, out: '', err });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['200', 'hello', 'answers something else than a gateway of this version does'],
    ['404', '<html>', 'answers 404 Not Found: see what WARREN_URL names.'],
  ])('knows what is no gateway by its %s', async (status, body, reason) => {
    answer = (response) => void response.writeHead(Number(status)).end(body);

    const { code, err } = await publish('v1');

    expect({ code, err }).toEqual({ code: 1, err: expect.stringContaining(`${url} ${reason}`) as string });
  });

  it('says that a release whose answer was lost may be published, and asks once only', async () => {
    answer = (response) => void response.destroy();

    const { code, err } = await publish('v1');

    expect({ code, err }).toEqual({ code: 1, err: `The connection to the gateway at ${url} ended before it answered: it may have published the release, so look before you repeat it.\n` });
    expect(asked).toHaveLength(1);
  });

  it.each([
    ['never answers', () => undefined],
    ['never ends its answer', (response: ServerResponse) => void response.writeHead(202).write('{')],
  ])('does not wait longer than it may for one that %s', async (_, hang) => {
    answer = hang;

    const { code, err } = await publish('v1', '--timeout', '1');

    expect({ code, err }).toEqual({ code: 1, err: `The gateway at ${url} did not answer within 1 s: it may have published the release, so look before you repeat it.\n` });
  });

  it('says how to go on where there is none', async () => {
    const nobody = `http://127.0.0.1:${await freePort()}`;

    const { code, err } = await release(['v1'], { WARREN_URL: nobody });

    expect({ code, err }).toEqual({ code: 1, err: `No gateway answers at ${nobody}: run npm start, set WARREN_URL, or set AMQP_URL to do without a gateway.\n` });
  });
});

describe('wrong usage', () => {
  it.each<[string, string[]]>([
    ["error: missing required argument 'release'", []],
    ['It has 1 to 200 characters', ['']],
    ['It has 1 to 200 characters', ['x'.repeat(201)]],
    ['There is no such date, time or zone.', ['v1', '2026-02-30']],
    ['There is no such date, time or zone.', ['v1', '2026-11-26 25:00:00']],
    ['too many arguments', ['v1', '2026-11-26', '10:00:00']],
    ['It is key=value.', ['v1', '--attr', 'branch']],
    ['"a" is given twice.', ['v1', '--attr', 'a=1', '--attr', 'a=2']],
    ['A value has 4000 characters at the most.', ['v1', '--attr', `notes=${'x\n'.repeat(4_001)}`]],
    ['Did you mean --attr?', ['v1', '--atr', 'a=1']],
    ['It is a number of seconds', ['v1', '--timeout', '0']],
  ])('is exit code 2 and one line: %s', async (reason, args) => {
    const ran = await release(args, { WARREN_URL: 'http://127.0.0.1:1' });

    expect(ran).toMatchObject({ code: 2, out: '', err: expect.stringContaining(reason) as string });
    expect(ran.err.trimEnd().split('\n')).toHaveLength(1);
    expect(ran.err.length).toBeLessThan(600);
  });

  it('is not to ask for help', async () => {
    expect(await release(['--help'])).toMatchObject({ code: 0, err: '', out: expect.stringContaining('UTC where it has') as string });
  });
});
