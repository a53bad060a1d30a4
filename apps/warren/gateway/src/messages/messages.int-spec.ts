import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import { type AddressInfo } from 'node:net';
import { type Problem } from '@warren/protocol';
import { onTeardown, waitFor } from '@warren/testing';
import { startGateway, surroundings, type TestGateway } from '../../test/start-gateway.js';

let gateway: TestGateway;
let httpserv: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void;

const stop = () =>
  new Promise<void>((resolve) => {
    httpserv.close(() => resolve());
    httpserv.closeAllConnections();
  });

beforeAll(async () => {
  httpserv = createServer((request, response) => answer(request, response));
  await new Promise<void>((resolve) => httpserv.listen(0, '127.0.0.1', resolve));
  onTeardown(stop);
  const { port } = httpserv.address() as AddressInfo;
  gateway = await startGateway(await surroundings(), { HTTPSERV_URL: `http://127.0.0.1:${port}` });
});

describe('GET /messages', () => {
  it("passes on httpserv's answer, and the caller's question", async () => {
    let asked: IncomingMessage | undefined;
    answer = (request, response) => {
      asked = request;
      response.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-run': '3' }).end('{"line":1}\n');
    };

    const given = await gateway.call('/messages?flow=jobs&run=2', { headers: { accept: 'application/x-ndjson', authorization: 'Bearer wrn_x' } });

    expect(given).toMatchObject({ status: 200, text: '{"line":1}\n' });
    expect([given.headers.get('content-type'), given.headers.get('x-run')]).toEqual(['application/x-ndjson', '3']);
    expect(asked).toMatchObject({ url: '/?flow=jobs&run=2', headers: { accept: 'application/x-ndjson', authorization: 'Bearer wrn_x' } });
  });

  it('passes on its 503', async () => {
    answer = (_, response) => response.writeHead(503, { 'content-type': 'application/problem+json', 'retry-after': '5' }).end('{"code":"system-is-shut-down"}');

    const given = await gateway.call('/messages');

    expect(given).toMatchObject({ status: 503, text: '{"code":"system-is-shut-down"}' });
    expect(given.headers.get('retry-after')).toBe('5');
  });

  it('passes lines on while they come', async () => {
    let end: () => void = () => undefined;
    answer = (_, response) => {
      response.write('first\n');
      end = () => response.end('last\n');
    };
    const response = await fetch(`${gateway.url}/messages`);
    const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();

    expect((await reader.read()).value).toBe('first\n');
    end();
    expect((await reader.read()).value).toBe('last\n');
  });

  it('cuts an answer that breaks off, so that nobody takes it for whole', async () => {
    answer = (_, response) => response.write('first\n', () => response.destroy());

    await expect(gateway.call('/messages')).rejects.toThrow('terminated');
  });

  it('stops reading httpserv when the caller has gone', async () => {
    let left = false;
    answer = (_, response) => {
      response.on('close', () => (left = true));
      response.write('first\n');
    };
    const asking = request(`${gateway.url}/messages`, (response) => response.once('data', () => asking.destroy())).end();

    await waitFor(() => left);
    expect(asking.destroyed).toBe(true);
  });

  it('answers 502 at once when httpserv is unreachable', async () => {
    await stop();

    const given = await gateway.call('/messages');

    expect({ status: given.status, code: given.json<Problem>().code }).toEqual({ status: 502, code: 'httpserv-unreachable' });
  });
});
