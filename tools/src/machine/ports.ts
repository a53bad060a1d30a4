import { createServer } from 'node:net';
import { Refusal } from '../terminal/refusal.js';

/**
 * Looks whether a port can be listened on.
 * @param setting what changes the port
 * @throws Refusal that says which setting to change
 */
export async function assertUsable(port: number, { host, setting, user }: { host: string; setting: string; user: string }): Promise<void> {
  const code = await listenError(port, host);
  if (code === 'EADDRINUSE') throw new Refusal(`Port ${port} for ${user} is taken: stop what listens there, or choose another, for example ${setting}=${port + 100}.`);
  if (code === 'EACCES') throw new Refusal(`Port ${port} for ${user} may not be opened by this user: set ${setting} to 1024 or more.`);
  if (code !== undefined) throw new Refusal(`HOST ${host} is no address of this machine (${code}): set HOST to one that is, for example 127.0.0.1.`);
}

/** The first ports above one that can be listened on, as many as asked for. @throws Refusal when there are no more */
export async function nextUsable(port: number, count: number, { host, taken }: { host: string; taken: readonly number[] }): Promise<number[]> {
  const found: number[] = [];
  for (let next = port + 1; found.length < count; next++) {
    if (next > 65_535) throw new Refusal(`There are no ${count} free ports above ${port}: choose a lower one, or fewer processes.`);
    if (!taken.includes(next) && (await listenError(next, host)) === undefined) found.push(next);
  }
  return found;
}

/** The code of the system's error; undefined when it can be listened on. */
function listenError(port: number, host: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, host, () => server.close(() => resolve(undefined)));
  });
}
