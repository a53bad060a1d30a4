import { allEnded, bandEnd, waitsOf, type Passing } from './waits.js';

const into = (at: number, attempt = 2): Passing => ({ way: 'in', at, key: `m ${attempt}`, message: 'm', attempt });
const out = (at: number, attempt = 2): Passing => ({ ...into(at, attempt), way: 'out' });
/** 150 ms before the second attempt, 250 before the third. */
const delayOf = ({ attempt }: Passing) => attempt * 100 - 50;
const late = (passings: Passing[], outages = [{ from: 5_000, to: 8_000 }]) => waitsOf(passings, outages, delayOf).map((wait) => wait.late);

describe('the end of a band', () => {
  it.each([[100, 200], [199, 200], [200, 400], [1_100, 1_600], [1_600, 3_200]])('of a delay of %i ms is %i ms', (delay, end) => {
    expect(bandEnd(delay)).toBe(end);
  });
});

describe('a wait', () => {
  it('is late by what it takes beyond the end of its band', () => {
    expect(late([into(0), out(200)])).toEqual([0]);
    expect(late([into(0), out(1_200)])).toEqual([1_000]);
    expect(late([into(0, 3), out(260, 3)])).toEqual([-140]);
    expect(late([into(0), into(0, 3), out(300, 3), out(190)])).toEqual([-10, -100]);
  });

  it('is not late by what the broker was away', () => {
    expect(late([into(4_900), out(8_500)])).toEqual([400]);
    expect(late([into(4_900), out(8_500)], [])).toEqual([3_400]);
  });

  it('that never ends is as late as can be', () => {
    expect(late([into(0)])).toEqual([Infinity]);
  });

  it('that a crash repeated needs one way back', () => {
    expect(late([into(4_990), into(8_100), out(8_300)])).toEqual([110, 0]); // 4,990 was in hand when the broker ended
    expect(late([into(0), into(8_100), out(8_300)])).toEqual([5_100, 0]); // the first one came back by its repetition only
    expect(late([into(0), out(200), into(8_100)])).toEqual([0, Infinity]);
  });
});

describe('waits of which some are under way', () => {
  it('are named until they have ended', () => {
    const waits = (passings: Passing[]) => waitsOf(passings, [], delayOf);
    expect(() => allEnded(waits([into(0), out(200), into(0, 3)]))).toThrow('1 wait: m 3');
    expect(allEnded(waits([into(0), out(200)]))).toEqual([{ key: 'm 2', late: 0 }]);
  });
});
