import { once } from 'node:events';
import { createServer } from 'node:net';
import { waitFor } from '@warren/testing';
import { Webhook } from 'standardwebhooks';
import { httpEndpoint, tcpEndpoint, type Endpoint } from '../../test/endpoint.js';
import type { Target } from '../targets/target.js';
import type { Answer } from './answer.js';
import { DeliveryError } from './delivery.errors.js';
import { Sender, type SenderOptions } from './request.js';

const subject = { id: '0190f3c4-1', release: 'v1 "x"', datetime: '2026-11-26T10:00:00Z', attributes: {} };
const base: Target = {
  name: 'there', method: 'PUT', url: '', headers: {}, body: '{"what":"{{ release }}"}', success: [{ from: 200, to: 299 }], timeout: 5_000,
  policy: { attempts: 1, delays: [100] }, concurrency: 2, secrets: [], allow: ['127.0.0.0/8'], breaker: false,
};

const closing: { close(): Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(closing.splice(0).map((one) => one.close()));
});

/** Both end with the test. */
const kept = <T extends { close(): Promise<void> }>(one: T): T => (closing.push(one), one);
function senderTo({ port }: { port: number }, over: Partial<Target> = {}, secretValues: string[] = [], options: SenderOptions = {}): Sender {
  return kept(new Sender({ ...base, url: `http://127.0.0.1:${port}/api?x=1`, ...over }, secretValues, options));
}
const sendOnce = (sender: Sender): Promise<Answer> => sender.send(sender.prepare(subject));
const failure = (sender: Sender) => sendOnce(sender).then((answer) => Promise.reject(new Error(`answered ${answer.status}`)), (error: unknown) => error as DeliveryError);
const http = async (...answering: Parameters<typeof httpEndpoint>): Promise<Endpoint> => kept(await httpEndpoint(...answering));
const tcp = async (...connected: Parameters<typeof tcpEndpoint>): Promise<Endpoint> => kept(await tcpEndpoint(...connected));

describe('a request', () => {
  it('has method, path, headers and the rendered body of its target, and says who sends', async () => {
    const endpoint = await http((response) => response.writeHead(202, { 'retry-after': '7' }).end('thank you'));

    const answer = await sendOnce(senderTo(endpoint, { headers: { authorization: 'Bearer x', 'content-type': 'application/vnd.x+json' } }));

    expect(answer).toEqual({ status: 202, retryAfter: 7_000, body: 'thank you', ms: expect.any(Number) });
    expect(endpoint.got).toEqual([{ method: 'PUT', path: '/api?x=1', headers: expect.any(Object), body: '{"what":"v1 \\"x\\""}' }]);
    expect(endpoint.got[0]?.headers).toMatchObject({ authorization: 'Bearer x', 'content-type': 'application/vnd.x+json', 'content-length': '19', 'webhook-id': subject.id });
    expect(endpoint.got[0]?.headers['user-agent']).toMatch(/^warren-notifier\/\d+\.\d+\.\d+$/);
    expect(endpoint.got[0]?.headers).not.toHaveProperty('accept-encoding');
  });

  it('is JSON and unsigned where the target says nothing else', async () => {
    const endpoint = await http((response) => response.end());

    await sendOnce(senderTo(endpoint));

    expect(endpoint.got[0]?.headers['content-type']).toBe('application/json');
    expect(Object.keys(endpoint.got[0]?.headers ?? {}).filter((name) => name.startsWith('webhook-'))).toEqual(['webhook-id']);
  });

  it('is signed by each secret, over the body as it arrives', async () => {
    const endpoint = await http((response) => response.end());
    const secrets = [1, 2].map((n) => `whsec_${Buffer.alloc(32, n).toString('base64')}`);

    await sendOnce(senderTo(endpoint, { secrets }));

    const [{ headers, body }] = endpoint.got as [Endpoint['got'][0]];
    for (const secret of secrets) expect(new Webhook(secret).verify(body, headers as Record<string, string>)).toEqual({ what: 'v1 "x"' });
  });

  it('goes over connections that are kept, as many as may be in use at once', async () => {
    const waiting: (() => void)[] = [];
    const endpoint = await http((response) => waiting.push(() => response.end()));
    const sender = senderTo(endpoint, { concurrency: 3 });

    for (const round of [1, 2, 3]) {
      const sent = Promise.all([sendOnce(sender), sendOnce(sender), sendOnce(sender)]);
      await waitFor(() => endpoint.got.length === 3 * round);
      for (const end of waiting.splice(0)) end();
      await sent;
    }

    expect(endpoint.opened()).toBe(3);
  });

  it('ends before its sender is closed', async () => {
    const waiting: (() => void)[] = [];
    const endpoint = await http((response) => waiting.push(() => response.end('late')));
    const sender = senderTo(endpoint);
    const sent = sendOnce(sender);
    await waitFor(() => waiting.length === 1);

    const closed = sender.close();
    closing.splice(closing.indexOf(sender), 1);
    waiting[0]?.();

    expect((await sent).body).toBe('late');
    await closed;
    await waitFor(() => endpoint.sockets.size === 0);
  });
});

describe('an answer', () => {
  it('that redirects is an answer, and is not followed', async () => {
    const elsewhere = await http((response) => response.end());
    const endpoint = await http((response) => response.writeHead(307, { location: `http://127.0.0.1:${elsewhere.port}/` }).end('there'));

    expect(await sendOnce(senderTo(endpoint))).toMatchObject({ status: 307, body: 'there' });
    expect(elsewhere.got).toEqual([]);
  });

  it('of 100 MB is dropped after its beginning, and is no trouble to the next request', async () => {
    let written = 0;
    let dropped = 0;
    const endpoint = await http((response) => {
      response.on('close', () => dropped++);
      response.writeHead(200, { 'content-length': 100_000_000 });
      const chunk = Buffer.alloc(100_000, 'x');
      const write = () => {
        while (written < 100_000_000 && !response.destroyed) {
          written += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', write);
        }
      };
      write();
    });
    const sender = senderTo(endpoint, { concurrency: 1 });

    expect(await sendOnce(sender)).toMatchObject({ status: 200, body: 'x'.repeat(4_096) });
    await waitFor(() => dropped === 1);
    expect(written).toBeLessThan(50_000_000);
    written = 0;
    expect((await sendOnce(sender)).status).toBe(200);
    await waitFor(() => dropped === 2);
    expect(endpoint.got).toHaveLength(2);
  });

  it('is kept without what a database cannot take', async () => {
    const endpoint = await http((response) => response.end(Buffer.concat([Buffer.from(`a\0${'b'.repeat(4_093)}𝄞`), Buffer.from([0xff])])));

    expect((await sendOnce(senderTo(endpoint))).body).toBe(`a\uFFFD${'b'.repeat(4_093)}`);
  });

  it('with a status and headers of its own making is read all the same', async () => {
    const endpoint = await tcp((socket) => void socket.once('data', () => socket.end('HTTP/1.0 299 \r\nRetry-After: never\r\n\r\nwhole')));

    expect(await sendOnce(senderTo(endpoint))).toMatchObject({ status: 299, retryAfter: undefined, body: 'whole' });
  });
});

describe('without a whole answer', () => {
  it('an endpoint that hangs is given up at the deadline', async () => {
    const endpoint = await http(() => undefined);
    const began = performance.now();

    const error = await failure(senderTo(endpoint, { timeout: 200 }));

    expect(error).toEqual(new DeliveryError(`No whole answer from "127.0.0.1:${endpoint.port}": timed out after 200 ms.`, 'TIMEOUT'));
    expect(performance.now() - began).toBeGreaterThanOrEqual(199);
    await waitFor(() => endpoint.sockets.size === 0);
  });

  it('one that sends its body drop by drop is given up, too', async () => {
    const endpoint = await http((response) => {
      const drops = setInterval(() => response.write('.'), 20);
      response.on('close', () => clearInterval(drops));
    });

    expect(await failure(senderTo(endpoint, { timeout: 200 }))).toMatchObject({ code: 'TIMEOUT' });
  });

  it('one that takes no connection is given up, too', async () => {
    const resolve = () => new Promise<never>(() => undefined);

    expect(await failure(senderTo({ port: 1 }, { url: 'http://hangs.test/', timeout: 200 }, [], { resolve }))).toMatchObject({ code: 'TIMEOUT' });
  });

  it.each([
    ['the length it says', 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf'],
    ['the last chunk', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n'],
    ['the headers', 'HTTP/1.1 200 OK\r\nContent-'],
    ['anything', ''],
  ])('one that closes before %s', async (_, sent) => {
    const endpoint = await tcp((socket) => void socket.once('data', () => socket.end(sent)));

    const error = await failure(senderTo(endpoint));

    expect(error).toBeInstanceOf(DeliveryError);
    expect(error.message).toBe(`No whole answer from "127.0.0.1:${endpoint.port}": connection closed before the answer was complete (UND_ERR_SOCKET).`);
  });

  it('one that resets', async () => {
    const endpoint = await tcp((socket) => void socket.once('data', () => socket.resetAndDestroy()));

    expect((await failure(senderTo(endpoint))).message).toMatch(/: connection reset by the other side \(ECONNRESET\)\.$/);
  });

  it('one that listens no more', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as { port: number };
    server.close();
    await once(server, 'close');

    expect((await failure(senderTo({ port }))).message).toBe(`No whole answer from "127.0.0.1:${port}": connection refused, nothing listens there (ECONNREFUSED).`);
  });

  it('one that speaks no HTTP', async () => {
    const endpoint = await tcp((socket) => void socket.once('data', () => socket.end('220 mail.test ESMTP\r\n')));

    expect((await failure(senderTo(endpoint))).message).toMatch(/: what came is no HTTP( \(HPE_\w+\))?\.$/);
  });

  it('one with headers without end', async () => {
    const endpoint = await http((response) => response.writeHead(200, { x: 'y'.repeat(100_000) }).end());

    expect((await failure(senderTo(endpoint))).message).toContain('the headers of the answer are too large (UND_ERR_HEADERS_OVERFLOW)');
  });

  it('a name that nobody knows', async () => {
    const resolve = () => Promise.reject(Object.assign(new Error('getaddrinfo ENOTFOUND nowhere.test'), { code: 'ENOTFOUND' }));

    expect((await failure(senderTo({ port: 1 }, { url: 'http://nowhere.test/' }, [], { resolve }))).message).toBe('No whole answer from "nowhere.test": the host name is unknown (ENOTFOUND).');
  });

  it('the next request is not the worse for it', async () => {
    let n = 0;
    const endpoint = await http((response) => (n++ === 0 ? response.destroy() : response.end('well')));
    const sender = senderTo(endpoint);

    await failure(sender);

    expect((await sendOnce(sender)).body).toBe('well');
  });
});

describe('secrets', () => {
  const secret = 'hunter2-hunter2';
  const echo = () => http((response, { headers }) => response.end(`${String(headers.authorization)} ${encodeURIComponent(`${secret}/`)}`));

  it('are sent, and masked in what is kept', async () => {
    const endpoint = await echo();

    expect((await sendOnce(senderTo(endpoint, { headers: { authorization: `Bearer ${secret}` } }, [secret]))).body).toBe('Bearer *** ***%2F');
    expect(endpoint.got[0]?.headers.authorization).toBe(`Bearer ${secret}`);
  });

  it('are masked across the place where what is kept ends', async () => {
    const endpoint = await http((response) => response.end(`${'x'.repeat(4_094)}${secret}y`));

    expect((await sendOnce(senderTo(endpoint, {}, [secret]))).body).toBe(`${'x'.repeat(4_094)}**`);
  });

  it('are masked across the place where reading ends, which masking may move to what is kept', async () => {
    const long = secret.repeat(20);
    const endpoint = await http((response) => response.end(long.repeat(1_000)));

    expect((await sendOnce(senderTo(endpoint, {}, [long]))).body).toMatch(/^\**$/);
  });

  it('are masked in errors', async () => {
    const resolve = () => Promise.reject(new Error(`no answer for ${secret}.test\n    at somewhere`));

    expect((await failure(senderTo({ port: 1 }, { url: `http://${secret}.test/` }, [secret], { resolve }))).message).toBe('No whole answer from "***.test": no answer for ***.test.');
  });

  it('are masked in what people are shown of a request', () => {
    const sender = senderTo({ port: 1 }, { url: `http://there.test/${secret}`, headers: { authorization: `Bearer ${secret}` }, body: `"${secret}"` }, [secret]);
    const prepared = sender.prepare(subject);

    expect(prepared.url).toContain(secret);
    expect(sender.shown(prepared)).toMatchObject({ method: 'PUT', url: 'http://there.test/***', headers: { authorization: 'Bearer ***' }, body: '"***"' });
  });
});
