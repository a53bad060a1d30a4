import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Certificate } from './certificate.js';

export interface Got {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: string;
}

export interface Endpoint {
  port: number;
  /** Whole requests, in their order. */
  got: Got[];
  /** Connections that were ever opened, and those that still are. */
  sockets: Set<Socket>;
  opened: () => number;
  close(): Promise<void>;
}

type Answering = (response: ServerResponse, request: Got) => void;

/** An HTTP server on loopback that answers as it is told. */
export async function httpEndpoint(answer: Answering, certificate?: Certificate): Promise<Endpoint> {
  const got: Got[] = [];
  const listener: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const { method = '', url: path = '', headers } = request;
      got.push({ method, path, headers, body });
      answer(response, { method, path, headers, body });
    });
  };
  return listening(certificate ? createTlsServer(certificate, listener) : createServer(listener), got);
}

/** A server that does with a connection what no HTTP server would. */
export const tcpEndpoint = (connected: (socket: Socket) => void): Promise<Endpoint> => listening(createTcpServer(connected), []);

async function listening(server: Server, got: Got[]): Promise<Endpoint> {
  const sockets = new Set<Socket>();
  let opened = 0;
  server.on('connection', (socket: Socket) => {
    opened++;
    sockets.add(socket.on('error', () => undefined).on('close', () => sockets.delete(socket)));
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  };
  return { port: (server.address() as AddressInfo).port, got, sockets, opened: () => opened, close };
}
