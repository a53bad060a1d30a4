import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Failure } from './failure.js';

/**
 * Lets a person change a text, and does something with what it is then.
 * @param editor a command line, to which the file is added
 * @throws Failure when nothing was changed, and where the text is kept when it could not be used
 */
export async function edited<T>(editor: string, name: string, text: string, use: (text: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'warren-'));
  const file = join(folder, name);
  await writeFile(file, `${text}\n`, { mode: 0o600 });
  await open(editor, file).catch(async (error: unknown) => {
    await rm(folder, { recursive: true });
    throw error;
  });
  const now = (await readFile(file, 'utf8')).trimEnd();
  const used = now === text ? undefined : { result: await use(now).catch(keptIn(file)) };
  await rm(folder, { recursive: true });
  if (used) return used.result;
  throw new Failure('Nothing was changed.');
}

/** Ctrl-C is for the editor meanwhile. */
async function open(editor: string, file: string): Promise<void> {
  process.on('SIGINT', ignored);
  try {
    const [code] = (await once(spawn(`${editor} "${file}"`, { shell: true, stdio: 'inherit' }), 'exit')) as [number | null];
    if (code !== 0) throw new Failure(`The editor "${editor}" failed: set EDITOR to one that works, or give the payload with --payload.`);
  } finally {
    process.off('SIGINT', ignored);
  }
}

function ignored(): void {
  // see open
}

const keptIn = (file: string) => (error: unknown): never => {
  throw new Failure(`${error instanceof Error ? error.message : String(error)} What you wrote is kept in ${file}.`);
};
