import { execFile } from 'node:child_process';
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { root } from './program.js';

const run = promisify(execFile);
const PackageJson = z.object({ dependencies: z.record(z.string(), z.string()) });
const options = {
  target: 'es2023', module: 'nodenext', strict: true, skipLibCheck: true, experimentalDecorators: true, emitDecoratorMetadata: true, outDir: 'dist', types: ['node'],
};

/**
 * Builds a program of one file as somebody outside the workspace does: from packed libraries, in a folder that has nothing else of it.
 * What is not ours comes from the workspace's node_modules, but only what the package.json of the program or of a library names.
 * @param libraries ours that it needs, with those that they need
 */
export async function buildOutside(folder: string, source: string, { libraries, others }: { libraries: readonly string[]; others: readonly string[] }): Promise<void> {
  await run('npm', ['pack', '--silent', '--pack-destination', folder, ...libraries.flatMap((library) => ['-w', `@warren/${library}`])], { cwd: root });
  const named = await Promise.all(libraries.map((library) => unpack(folder, library)));
  const foreign = [...named.flat(), ...others, '@types/node'].filter((name) => !name.startsWith('@warren/'));
  for (const name of new Set(foreign)) await link(folder, name);
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name: 'outside', version: '3.2.1', private: true }));
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions: options, files: ['main.ts'] }));
  await writeFile(join(folder, 'main.ts'), source);
  await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', folder]).catch((error: unknown) => {
    throw new Error((error as { stdout: string }).stdout);
  });
}

/** @returns what the library depends on */
async function unpack(folder: string, library: string): Promise<string[]> {
  const to = join(folder, 'node_modules/@warren', library);
  await mkdir(to, { recursive: true });
  await run('tar', ['-xzf', join(folder, `warren-${library}-0.1.0.tgz`), '-C', to, '--strip-components=1']);
  return Object.keys(PackageJson.parse(JSON.parse(await readFile(join(to, 'package.json'), 'utf8'))).dependencies);
}

async function link(folder: string, name: string): Promise<void> {
  const to = join(folder, 'node_modules', name);
  await mkdir(dirname(to), { recursive: true });
  await symlink(join(root, 'node_modules', name), to);
}
