import { once } from 'node:events';
import { connect, createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { waitFor } from '../wait-for.js';
import { FaultProxy } from './fault-proxy.js';

/** Answers every byte with itself. */
let echo: Server;
let proxy: FaultProxy;

beforeEach(async () => {
  echo = createServer((socket) => socket.on('error', () => undefined).pipe(socket));
  await once(echo.listen(0, '127.0.0.1'), 'listening');
  proxy = await FaultProxy.to(`amqp://guest:guest@127.0.0.1:${(echo.address() as AddressInfo).port}/vhost`);
});
afterEach(async () => {
  await proxy.close();
  await new Promise((resolve) => echo.close(resolve));
});

async function client(): Promise<Socket> {
  const socket = connect(Number(new URL(proxy.url).port), '127.0.0.1');
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Also by an error. */
const closed = (socket: Socket) => new Promise((resolve) => socket.once('close', resolve));

async function answer(socket: Socket, text: string): Promise<string> {
  socket.write(text);
  return String((await once(socket, 'data'))[0]);
}

/** What a number is when it has not changed for a while. */
async function settled(number: () => number): Promise<number> {
  let [last, times] = [number(), 0];
  await waitFor(() => {
    times = number() === last ? times + 1 : 0;
    last = number();
    return times > 5;
  });
  return last;
}

describe('FaultProxy', () => {
  it('keeps all of the URL but host and port', () => {
    expect(proxy.url).toMatch(/^amqp:\/\/guest:guest@127\.0\.0\.1:\d+\/vhost$/);
  });

  it('forwards both ways', async () => {
    const socket = await client();
    await expect(answer(socket, 'hello')).resolves.toBe('hello');
    socket.end();
    await closed(socket);
  });

  it('cuts what is connected and refuses what comes, until it is restored', async () => {
    const socket = await client();
    await answer(socket, 'hello');
    const end = closed(socket);
    proxy.cut();
    await end;
    const late = connect(Number(new URL(proxy.url).port), '127.0.0.1').on('error', () => undefined);
    await closed(late);
    proxy.restore();
    await expect(answer(await client(), 'again')).resolves.toBe('again');
  });

  it('leaves no socket open that it cuts while one of them is ending', async () => {
    const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length;
    const before = await settled(sockets);
    const socket = await client();
    await answer(socket, 'hello');
    socket.end();
    const cut = new Promise<void>((resolve) => {
      const end = jest.spyOn(Socket.prototype, 'end').mockImplementationOnce(function (this: Socket) {
        end.mockRestore();
        process.nextTick(() => {
          proxy.cut();
          resolve();
        });
        return this.end();
      });
    });

    await cut;
    await waitFor(() => sockets() <= before, { what: () => `the end of ${sockets() - before} sockets` });
  });

  it('lets nothing through while it hangs, and everything afterwards', async () => {
    const socket = await client();
    await answer(socket, 'hello');
    proxy.hang();
    const answered = answer(socket, 'held');
    const first = await Promise.race([answered, new Promise((resolve) => setTimeout(resolve, 60, 'nothing'))]);
    expect(first).toBe('nothing');
    proxy.restore();
    await expect(answered).resolves.toBe('held');
  });

  it('delays by what it was told, there and back', async () => {
    const socket = await client();
    proxy.delay(30);
    const before = performance.now();
    await answer(socket, 'slow');
    expect(performance.now() - before).toBeGreaterThanOrEqual(55);
  });

  it('ends the client when the server is gone', async () => {
    const gone = await FaultProxy.to('amqp://127.0.0.1:1');
    const socket = connect(Number(new URL(gone.url).port), '127.0.0.1').on('error', () => undefined);
    await closed(socket);
    await gone.close();
  });
});
