import { execFile } from 'node:child_process';
import { chmod, chown, mkdir, rm, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { waitFor } from '../wait-for.js';
import { Child } from './child.js';
import { endLeftover } from './leftover.js';
import { assertFree, freePort } from './ports.js';
import { postgresPrograms } from './postgres-programs.js';
import { runPostgresAs, type RunAs } from './postgres-user.js';

export interface PrivateDatabaseOptions {
  /** Gets all data; kept between starts. */
  folder: string;
  /** Default: a free one. */
  port?: number;
  /** Of the user postgres; fixed by the first start. Default `password`. */
  password?: string;
  /** Server settings, such as `{ fsync: 'off' }`. */
  settings?: Readonly<Record<string, string>>;
}

const run = promisify(execFile);
const startDeadline = 60_000;
const stopDeadline = 30_000;
/** A killed server's children need a moment to let go of the data. */
const heldByDying = /pre-existing shared memory block|lock file/;

/** A Postgres server of our own on loopback, from the embedded programs. */
export class PrivateDatabase {
  private server: Child | undefined;

  private constructor(private readonly options: Required<PrivateDatabaseOptions>, private readonly runAs: RunAs) {}

  /**
   * Starts a server and resolves when it answers: about a second.
   * @throws with one line for the user: the port is taken, nobody may run it here, or the server's last words.
   */
  static async start({ folder, port, password = 'password', settings = {} }: PrivateDatabaseOptions): Promise<PrivateDatabase> {
    if (port !== undefined) await assertFree(port, 'the database');
    const absolute = resolve(folder);
    await mkdir(absolute, { recursive: true });
    const runAs = await runPostgresAs([join(absolute, 'data'), postgresPrograms().postgres]);
    const database = new PrivateDatabase({ folder: absolute, port: port ?? (await freePort()), password, settings }, runAs);
    await database.initialise();
    await database.launch();
    return database;
  }

  /** As superuser, to the database postgres. */
  get url(): string {
    return `postgres://postgres:${encodeURIComponent(this.options.password)}@127.0.0.1:${this.options.port}/postgres`;
  }

  get pid(): number {
    if (this.server === undefined) throw new Error('The private database is not running.');
    return this.server.pid;
  }

  /** Resolves with how the server ended, also when nobody asked it to. */
  get ended(): Promise<string> {
    return this.server?.ended ?? Promise.resolve('not running');
  }

  /** Clean, and soon: connections are cut, what is committed is written (Postgres's fast shutdown). */
  async stop(): Promise<void> {
    await this.server?.stop('SIGINT', stopDeadline);
    this.server = undefined;
  }

  /** As a power cut; the data stay for restart(). */
  async kill(): Promise<void> {
    await this.server?.stop('SIGKILL', stopDeadline);
    this.server = undefined;
  }

  /** The same port and data again; stops cleanly first if it still runs. */
  async restart(): Promise<void> {
    await this.stop();
    await this.launch();
  }

  private get data(): string {
    return join(this.options.folder, 'data');
  }

  private async initialise(): Promise<void> {
    if (await exists(join(this.data, 'PG_VERSION'))) return;
    const { folder, password } = this.options;
    const passwordFile = join(folder, 'password');
    await rm(this.data, { recursive: true, force: true });
    await mkdir(this.data);
    await writeFile(passwordFile, password, { mode: 0o600 });
    await this.own(this.data, passwordFile);
    try {
      await this.initdb(['-D', this.data, '-U', 'postgres', '-A', 'scram-sha-256', '--pwfile', passwordFile, '-E', 'UTF8', '--locale', 'C']);
    } finally {
      await rm(passwordFile);
    }
  }

  private async initdb(args: readonly string[]): Promise<void> {
    const [command, ...rest] = [...this.runAs.prefix, postgresPrograms().initdb, ...args] as [string, ...string[]];
    await run(command, rest, { ...this.runAs.user }).catch((error: unknown) => {
      const { stderr, message } = error as Error & { stderr?: string };
      throw new Error(`The database could not be made: ${(stderr || message).trim().split('\n').join(' | ')}`);
    });
  }

  private async own(...paths: string[]): Promise<void> {
    const { user } = this.runAs;
    await chmod(this.data, 0o700);
    if (user) await Promise.all(paths.map((path) => chown(path, user.uid, user.gid)));
  }

  private async launch(): Promise<void> {
    await endLeftover(this.data, 'postmaster.pid');
    const { failure } = await waitFor(() => this.attempt(), { timeout: startDeadline, interval: 200, what: 'the start of Postgres' });
    if (failure) throw new Error(`Postgres ended while it started: ${failure}`);
  }

  /** @returns undefined when it is worth another attempt. */
  private async attempt(): Promise<{ failure?: string } | undefined> {
    const server = this.spawn();
    await waitFor(async () => server.end !== undefined || (await this.answers()), { timeout: startDeadline, interval: 50, what: 'an answer of Postgres' });
    if (server.end === undefined) {
      this.server = server;
      return {};
    }
    const failure = `${server.end}; see ${server.log}: ${server.lastWords()}`;
    return heldByDying.test(failure) ? undefined : { failure };
  }

  private spawn(): Child {
    const { folder, port, settings } = this.options;
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const postgres = [postgresPrograms().postgres, '-D', this.data, '-h', '127.0.0.1', '-p', String(port), '-k', '', ...flags];
    const [command, ...args] = [...this.runAs.prefix, ...postgres] as [string, ...string[]];
    return Child.start({ command, args, log: join(folder, 'postgres.log'), ...this.runAs.user });
  }

  private async answers(): Promise<boolean> {
    const client = new Client({ connectionString: this.url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    await client.connect();
    await client.end();
    return true;
  }
}

const exists = (path: string): Promise<boolean> => stat(path).then(() => true, () => false);
