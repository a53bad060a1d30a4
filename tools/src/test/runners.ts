import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run, type RunOptions } from './runner.js';
import { jestTally, nxTally, withExitCode, type JestReport, type Tally } from './tally.js';

const nx = 'node_modules/nx/dist/bin/nx.js';
const jest = 'node_modules/jest/bin/jest.js';

/** Lint and typecheck of every project; what did not change comes from Nx's cache. */
export async function checks(options: RunOptions): Promise<Tally> {
  const { code, output } = await run(nx, ['run-many', '-t', 'lint', 'typecheck', '--parallel', '2', '--outputStyle', 'static'], options);
  return withExitCode(nxTally(output), code);
}

export interface JestOptions extends RunOptions {
  /** For the report. */
  folder: string;
  args: readonly string[];
}

/** One run of Jest. */
export async function tests({ folder, args, ...options }: JestOptions): Promise<Tally> {
  const report = join(folder, 'jest.json');
  const { code } = await run(jest, ['--json', '--outputFile', report, ...args], options);
  const counted = await readFile(report, 'utf8').then((text) => jestTally(JSON.parse(text) as JestReport), () => ({ passed: 0, failed: 0 }));
  return withExitCode(counted, code);
}
