import { stripVTControlCharacters } from 'node:util';

/** What one runner counted. */
export interface Tally {
  passed: number;
  failed: number;
}

/** Sums what the runners counted. */
export function sum(tallies: readonly Tally[]): Tally {
  return tallies.reduce((all, one) => ({ passed: all.passed + one.passed, failed: all.failed + one.failed }), { passed: 0, failed: 0 });
}

/** The last line of `npm test`. */
export const summaryLine = ({ passed, failed }: Tally): string => `${passed} passed, ${failed} failed`;

/** Nothing ran, or a failure that nothing counted, is a failure: an exit code must never be lost. */
export function withExitCode(tally: Tally, code: number | null): Tally {
  const lost = code === 0 ? tally.passed === 0 : tally.failed === 0;
  return lost ? { ...tally, failed: tally.failed + 1 } : tally;
}

/** Counts Nx's tasks (static output style): each is announced by a line, and failed ones are listed at the end. */
export function nxTally(coloured: string): Tally {
  const output = stripVTControlCharacters(coloured); // where CI is set, Nx colours what no terminal shows
  const ran = new Set([...output.matchAll(/^> nx run (\S+:(?:lint|typecheck))/gm)].map(([, task]) => task));
  const failed = new Set([...(output.split('Failed tasks:')[1] ?? '').matchAll(/^\s*- (\S+:\S+)/gm)].map(([, task]) => task));
  return { passed: [...ran].filter((task) => !failed.has(task)).length, failed: failed.size };
}

/** The part of Jest's JSON report that counts. Source: https://jestjs.io/docs/cli#--json */
export interface JestReport {
  numPassedTests: number;
  numFailedTests: number;
  /** Files that could not be run at all. */
  numRuntimeErrorTestSuites: number;
}

export const jestTally = (report: JestReport): Tally => ({
  passed: report.numPassedTests,
  failed: report.numFailedTests + report.numRuntimeErrorTestSuites,
});
