import { type DeadLettersResult } from './dead-letters.js';
import { jsonOf, reportOf } from './report.js';

const mebibyte = 2 ** 20;
const result: DeadLettersResult = {
  letters: 1_000_000,
  reads: [{ name: 'a page of groups', median: 12.34, p99: 40 }, { name: 'one group', median: 100, p99: 250 }],
  rate: 1_234.5,
  memory: new Map([
    ['observer', { begin: 100 * mebibyte, middle: 150 * mebibyte, end: 151 * mebibyte, peak: 180 * mebibyte }],
    ['gateway', { begin: 100 * mebibyte, middle: 200 * mebibyte, end: 300 * mebibyte, peak: 301 * mebibyte }],
  ]),
};

describe('the report on dead letters', () => {
  it('has the times of each page, and says which is too slow', () => {
    expect(reportOf(result)).toContain('1,000,000 dead letters\n  a page of groups: 12.3 ms, p99 40.0 ms\n  one group: 100.0 ms, p99 250.0 ms, over 200\n');
  });

  it('has the rate of the redrive, and whose memory grows with it', () => {
    const text = reportOf(result);
    expect(text).toContain('redrive of all: 1235 letters/s until handled');
    expect(text).toContain('observer: 100, 150, 151 at begin, middle and end, 180 at most: flat');
    expect(text).toContain('gateway: 100, 200, 300 at begin, middle and end, 301 at most: it grows');
  });

  it('is one JSON line for each page and one for the redrive, when asked for', () => {
    const lines = jsonOf(result).split('\n').map((line) => JSON.parse(line) as object);
    expect(lines[0]).toEqual({ bench: 'dead-letters', letters: 1_000_000, page: 'a page of groups', median: 12.3, p99: 40, target: 200 });
    expect(lines).toHaveLength(3);
    expect(lines[2]).toMatchObject({ redriven: 1235, memory: { observer: { flat: true }, gateway: { flat: false } } });
  });
});
