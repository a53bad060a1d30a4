import { flowLimits } from './flow-limits.js';

const read = (text: string) => flowLimits().safeParse(text);

describe('limits of flows', () => {
  it('are days, a size, or both', () => {
    expect(read('signal=3d/500MB, relay=1d,jobs=2GB,a-flow=1kB').data).toEqual([
      { flow: 'signal', days: 3, bytes: 524_288_000 },
      { flow: 'relay', days: 1 },
      { flow: 'jobs', bytes: 2_147_483_648 },
      { flow: 'a-flow', bytes: 1024 },
    ]);
  });

  it.each(['', 'signal', 'signal=', 'signal=3', 'signal=0d', 'signal=3d500MB', 'signal=3d/', 'signal=/500MB', 'signal=500MB/3d', 'signal=3h', 'signal=1.5GB', '=3d', 'a=1d,,b=2d'])('are refused as %j', (text) => {
    expect(read(text).error?.issues.map(({ message }) => message)).toEqual(['must be flows with days, a size or both, with commas between: signal=3d/500MB,relay=1d,jobs=2GB']);
  });

  it('are refused where a flow has two', () => {
    expect(read('signal=3d,relay=1d,signal=500MB').error?.issues.map(({ message }) => message)).toEqual(['names the flow "signal" twice: give it one limit, as signal=3d/500MB']);
  });
});
