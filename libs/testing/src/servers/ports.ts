import { randomInt } from 'node:crypto';
import { connect, createServer, type Server } from 'node:net';

const loopback = '127.0.0.1';

/**
 * Below those that operating systems give to who asks for any, and to outgoing connections (from 32768 on in Linux, 49152 in macOS): a port that is given here stays free
 * until its server listens, and while that is restarted.
 */
const range = { first: 20_000, end: 32_000 };
const given = new Set<number>();

/** Ports on loopback that nobody listens on now, all different, and none that this process was given before. */
export async function freePorts(count: number): Promise<number[]> {
  const ports: number[] = [];
  while (ports.length < count) {
    const port = randomInt(range.first, range.end);
    if (given.has(port)) continue;
    given.add(port);
    if (await isFree(port)) ports.push(port);
  }
  return ports;
}

export async function freePort(): Promise<number> {
  const [port] = await freePorts(1);
  return port as number;
}

/** @throws with one line for the user when somebody listens on the port. */
export async function assertFree(port: number, purpose: string): Promise<void> {
  const server = await listen(port).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw error;
    throw new Error(`Port ${port} for ${purpose} is taken by another program: stop that program or choose another port.`);
  });
  await close(server);
}

/** Whether somebody on loopback accepts connections to the port. */
export function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, loopback).once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

async function isFree(port: number): Promise<boolean> {
  const server = await listen(port).catch(() => undefined);
  if (server) await close(server);
  return server !== undefined;
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject).listen(port, loopback, () => resolve(server));
  });
}

const close = (server: Server): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
