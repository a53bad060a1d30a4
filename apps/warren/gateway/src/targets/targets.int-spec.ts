import { createServer, type IncomingMessage, request as send, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { type Problem } from '@warren/protocol';
import { onTeardown } from '@warren/testing';
import { startGateway, surroundings, type TestGateway } from '../../test/start-gateway.js';

let gateway: TestGateway;
let notifier: Server;
let asked: { method?: string; url?: string; body: string; headers: IncomingMessage['headers'] }[];
let answer: (response: ServerResponse) => void;

const stop = () =>
  new Promise<void>((resolve) => {
    notifier.close(() => resolve());
    notifier.closeAllConnections();
  });
/** As it is: fetch would take the dots for steps before anybody is asked. */
const callRaw = (path: string) =>
  new Promise<number | undefined>((resolve, reject) => {
    send(gateway.url, { path }, (response) => response.resume().once('end', () => resolve(response.statusCode))).once('error', reject).end();
  });
const json = (status: number, body: unknown) => (response: ServerResponse) => response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));

beforeAll(async () => {
  notifier = createServer((request, response) => {
    void text(request).then((body) => {
      const { method, url, headers } = request;
      asked.push({ method, url, body, headers });
      answer(response);
    });
  });
  await new Promise<void>((resolve) => notifier.listen(0, '127.0.0.1', resolve));
  onTeardown(stop);
  gateway = await startGateway(await surroundings(), { NOTIFIER_URL: `http://127.0.0.1:${(notifier.address() as AddressInfo).port}/behind/` });
});
beforeEach(() => {
  asked = [];
  answer = json(200, { items: [] });
});

describe('targets and deliveries', () => {
  it.each([
    ['GET', '/api/v1/targets', undefined],
    ['GET', '/api/v1/targets/grafana', undefined],
    ['GET', '/api/v1/targets/events?target=grafana&limit=2', undefined],
    ['GET', '/api/v1/deliveries?state=waiting&cursor=x', undefined],
    ['POST', '/api/v1/targets/reload', '{"waiting":"dead"}'],
    ['POST', '/api/v1/targets/grafana/test', '{"release":"try"}'],
    ['POST', '/api/v1/targets/grafana/disable', undefined],
    ['POST', '/api/v1/targets/grafana/enable', undefined],
  ])('%s %s is passed on with its key and its body, and the answer comes back', async (method, path, body) => {
    const given = await gateway.call(path, { method, body, headers: { authorization: 'Bearer wrn_x', 'content-type': 'application/json' } });

    expect(asked).toMatchObject([{ method, url: `/behind${path}`, body: body ?? '', headers: { authorization: 'Bearer wrn_x' } }]);
    expect([given.status, given.text]).toEqual([200, '{"items":[]}']);
  });

  it('are refused as the notifier refuses them', async () => {
    answer = json(409, { status: 409, code: 'messages-waiting' });
    expect((await gateway.call('/api/v1/targets/reload', { method: 'POST' })).json<Problem>()).toMatchObject({ status: 409, code: 'messages-waiting' });
  });

  it.each([
    ['a%2Fb', '/api/v1/targets/a%2Fb'],
    ['..%2F..%2Fmetrics', '/api/v1/targets/..%2F..%2Fmetrics'],
    ['a%3Fb=1', '/api/v1/targets/a%3Fb%3D1'],
    ['a%23b', '/api/v1/targets/a%23b'],
    ['%2E%2E', '/api/v1/targets/%20'],
    ['%2e', '/api/v1/targets/%20'],
    ['..', '/api/v1/targets/%20'],
  ])('a name is a name, whatever is in it: %s', async (name, url) => {
    await callRaw(`/api/v1/targets/${name}`);
    expect(asked.map((one) => one.url)).toEqual([`/behind${url}`]);
  });

  it('get a body of any charset as the JSON that it is', async () => {
    const body = Buffer.from('{"reason":"é"}', 'latin1');
    await gateway.call('/api/v1/targets/grafana/disable', { method: 'POST', body, headers: { 'content-type': 'text/plain; charset=iso-8859-1' } });
    expect(asked).toMatchObject([{ body: '{"reason":"é"}', headers: { 'content-type': 'application/json' } }]);
  });

  it('take no body that is too large', async () => {
    const given = await gateway.call('/api/v1/targets/grafana/test', { method: 'POST', body: 'x'.repeat(70_000) });
    expect([given.status, asked.length]).toEqual([413, 0]);
  });

  it('are 502 where no notifier answers, and say what to do', async () => {
    await stop();
    const given = await gateway.call('/api/v1/targets');
    expect(given.json<Problem>()).toMatchObject({ status: 502, code: 'notifier-unreachable', detail: expect.stringContaining('npm start -- --flows deployments') as string });
  });
});
