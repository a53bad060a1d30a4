import { jestTally, nxTally, sum, summaryLine, withExitCode } from './tally.js';

const nxFailed = `
> nx run contracts:lint

> nx run contracts:typecheck  [local cache]

> nx run protocol:build
> nx run protocol:lint

 NX   Running targets lint, typecheck for 2 projects failed

Failed tasks:

- protocol:lint
`;

describe('the tally', () => {
  it('counts each lint and typecheck as one, wherever its result came from', () => {
    expect(nxTally(nxFailed)).toEqual({ passed: 2, failed: 1 });
  });

  it('counts them in colours too, as Nx writes them where CI is set', () => {
    const coloured = nxFailed.replaceAll('> nx run', '\u001b[2m> \u001b[22m\u001b[2mnx run\u001b[22m');

    expect(nxTally(coloured)).toEqual({ passed: 2, failed: 1 });
  });

  it('counts a build that lint or typecheck need when it fails', () => {
    expect(nxTally('> nx run bus:build\n\nFailed tasks:\n\n- bus:build\n')).toEqual({ passed: 0, failed: 1 });
  });

  it('counts a test file that could not run as a failure', () => {
    expect(jestTally({ numPassedTests: 5, numFailedTests: 1, numRuntimeErrorTestSuites: 2 })).toEqual({ passed: 5, failed: 3 });
  });

  it('never loses an exit code', () => {
    expect(withExitCode({ passed: 5, failed: 0 }, 1)).toEqual({ passed: 5, failed: 1 });
    expect(withExitCode({ passed: 5, failed: 2 }, 1)).toEqual({ passed: 5, failed: 2 });
    expect(withExitCode({ passed: 5, failed: 0 }, null)).toEqual({ passed: 5, failed: 1 });
    expect(withExitCode({ passed: 5, failed: 0 }, 0)).toEqual({ passed: 5, failed: 0 });
  });

  it('takes a runner that ran nothing for a failure', () => {
    expect(withExitCode({ passed: 0, failed: 0 }, 0)).toEqual({ passed: 0, failed: 1 });
  });

  it('sums all runners into the last line', () => {
    expect(summaryLine(sum([{ passed: 2, failed: 0 }, { passed: 40, failed: 1 }]))).toBe('42 passed, 1 failed');
  });
});
