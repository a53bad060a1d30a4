import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { waitFor } from '../wait-for.js';
import { Child } from './child.js';
import { accepts } from './ports.js';
import { findProgram } from './programs.js';

const startDeadline = 20_000;
const stopDeadline = 10_000;

/** Whether specs that need nginx can run here. */
export const hasNginx = (): boolean => findProgram('nginx') !== undefined;

export interface PrivateNginxOptions {
  /** Gets its files. */
  folder: string;
  /** The servers and upstreams: what the image nginx has in /etc/nginx/conf.d. */
  config: string;
  /** That the configuration listens on. */
  port: number;
}

/** An nginx of our own. */
export class PrivateNginx {
  private constructor(private readonly server: Child, readonly url: string, private readonly log: string) {}

  /** @throws with one line for the user: nginx is not installed, or what it has against the configuration */
  static async start({ folder, config, port }: PrivateNginxOptions): Promise<PrivateNginx> {
    const command = findProgram('nginx');
    if (command === undefined) throw new Error('nginx is not installed: install the package nginx-light.');
    const place = resolve(folder);
    await mkdir(place, { recursive: true });
    await writeFile(join(place, 'site.conf'), config);
    await writeFile(join(place, 'nginx.conf'), surroundings(place));
    const server = Child.start({ command, args: ['-p', place, '-c', join(place, 'nginx.conf'), '-e', 'stderr'], log: join(place, 'nginx.log') });
    await waitFor(async () => server.end !== undefined || (await accepts(port)), { timeout: startDeadline, interval: 50, what: 'the start of nginx' });
    if (server.end !== undefined) throw new Error(`nginx ended while it started (${server.end}): ${server.lastWords()}`);
    return new PrivateNginx(server, `http://127.0.0.1:${port}`, logOf(place));
  }

  /** The requests so far and the servers that each was sent to, the last one answering: `GET /state 200 127.0.0.1:8081, 127.0.0.1:8082`. */
  async requests(): Promise<string[]> {
    return (await readFile(this.log, 'utf8')).split('\n').filter((line) => line !== '');
  }

  async stop(): Promise<void> {
    await this.server.stop('SIGTERM', stopDeadline);
  }
}

const logOf = (folder: string): string => join(folder, 'requests.log');

/** What the image's own nginx.conf has around a site, with every file in the folder: nothing of the machine's nginx is touched. */
function surroundings(folder: string): string {
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => `${name}_temp_path ${join(folder, name)};`);
  return `${process.getuid?.() === 0 ? 'user root root;' : ''}
daemon off;
worker_processes 2;
pid ${join(folder, 'nginx.pid')};
events { worker_connections 512; }
http {
  log_format servers '$request_method $uri $status $upstream_addr';
  access_log ${logOf(folder)} servers;
  ${temporary.join('\n  ')}
  include ${join(folder, 'site.conf')};
}
`;
}
