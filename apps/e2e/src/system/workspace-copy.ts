import { globSync } from 'node:fs';
import { cp, mkdir, readdir, symlink } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { root } from './program.js';

const own = ['node_modules', '.git', '.nx', '.warren', 'coverage'];

/** A copy of the workspace with what is built, to be changed by a test. Packages are linked; ours are the copy's. */
export async function copyWorkspace(to: string): Promise<void> {
  await cp(root, to, { recursive: true, preserveTimestamps: true, filter: (path) => !relative(root, path).split('/').some((part) => own.includes(part)) });
  await mkdir(join(to, 'node_modules'));
  const packages = (await readdir(join(root, 'node_modules'))).filter((entry) => entry !== '@warren').map((entry) => join('node_modules', entry));
  const nested = globSync(['*/node_modules', 'libs/*/node_modules', 'apps/**/node_modules'], { cwd: root });
  for (const path of [...packages, ...nested]) await symlink(join(root, path), join(to, path));
  // npm links a workspace's own packages by relative paths: copied, they lead into the copy
  await cp(join(root, 'node_modules/@warren'), join(to, 'node_modules/@warren'), { recursive: true, verbatimSymlinks: true });
}
