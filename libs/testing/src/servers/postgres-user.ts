import { execFile } from 'node:child_process';
import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Who Postgres runs as, because it refuses root. */
export interface User {
  uid: number;
  gid: number;
}

/** How to run Postgres: nothing special, as another user, or through a command in front of it. */
export interface RunAs {
  user?: User;
  prefix: readonly string[];
}

/**
 * Decides who Postgres runs as. Not root: as ourselves. Root: as the user postgres, made where it is missing. Where that user cannot reach
 * the paths (a checkout in /root): as root's files in a user namespace, in which root has another number.
 * @throws with one line that names the folder when neither is possible.
 */
export async function runPostgresAs(paths: readonly string[], works = succeeds): Promise<RunAs> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const user = await postgresUser();
  const blocked = await firstBlocked(paths, user);
  if (blocked === undefined) return { user, prefix: [] };
  const prefix = ['unshare', '--user', `--map-user=${user.uid}`, `--map-group=${user.gid}`];
  if (await works([...prefix, 'true'])) return { prefix };
  throw new Error(`Postgres cannot run as root, and the user postgres may not enter ${blocked}: move the project, "chmod o+x ${blocked}", or set DATABASE_URL.`);
}

async function postgresUser(): Promise<User> {
  if (!(await succeeds(['id', 'postgres']))) {
    await run('useradd', ['--system', '--user-group', '--no-create-home', 'postgres']);
  }
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)));
  return { uid, gid } as User;
}

/** The outermost folder on the way to one of the paths that the user may not enter. */
async function firstBlocked(paths: readonly string[], user: User): Promise<string | undefined> {
  for (const path of new Set(paths.flatMap(parents))) {
    if (!(await mayEnter(path, user))) return path;
  }
  return undefined;
}

function parents(path: string): string[] {
  const parent = dirname(path);
  return parent === path ? [] : [...parents(parent), parent];
}

async function mayEnter(folder: string, { uid, gid }: User): Promise<boolean> {
  const info = await stat(folder);
  const bits = info.uid === uid ? info.mode >> 6 : info.gid === gid ? info.mode >> 3 : info.mode;
  return (bits & 1) === 1;
}

async function succeeds([command, ...args]: readonly string[]): Promise<boolean> {
  return run(command as string, args).then(() => true, () => false);
}
