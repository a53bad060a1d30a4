import { type JournalResult } from './journal.js';
import { jsonOf, reportOf } from './report.js';

const mebibyte = 2 ** 20;
const flat = { begin: 100 * mebibyte, middle: 150 * mebibyte, end: 151 * mebibyte, peak: 180 * mebibyte };
const result: JournalResult = {
  messages: 10_000_000,
  reads: [{ name: 'a journey by its id', median: 2.34, p99: 9, target: 10 }, { name: 'a page of a topic', median: 100, p99: 250, target: 100 }, { name: 'the first', median: 5, p99: 60, target: null }],
  log: { bytes: 120 * mebibyte, lines: 1_428_571, rate: 30 * mebibyte, plain: 300 * mebibyte, ratio: 0.1, memory: new Map([['gateway', flat], ['signal-httpserv', { ...flat, end: 300 * mebibyte }]]) },
  ingestions: [{ size: 1_000, rate: 4_321.4, queue: 8_642.8, target: null }, { size: 13_000, rate: 5_000, queue: 6_250, target: 5_000 }],
};

describe('the report on a journal', () => {
  it('has the times of each read, and whether its target is passed where it has one', () => {
    expect(reportOf(result)).toContain(
      '10,000,000 messages\n  a journey by its id: 2.3 ms, p99 9.0 ms, target 10 ms passed\n  a page of a topic: 100.0 ms, p99 250.0 ms, target 100 ms missed\n  the first: 5.0 ms, p99 60.0 ms\n',
    );
  });

  it('has the rate of a message log beside that of a plain file, and whose memory grows with it', () => {
    const text = reportOf(result);
    expect(text).toContain('message log of 1,428,571 lines: 30 MiB/s, a plain file of its 120 MiB 300 MiB/s: ratio 0.100, target 0.333 missed');
    expect(text).toContain('gateway: 100, 150, 151 MiB at begin, middle and end, 180 at most: flat');
    expect(text).toContain('signal-httpserv: 100, 150, 300 MiB at begin, middle and end, 180 at most: it grows');
  });

  it('has how fast messages of each size come in', () => {
    expect(reportOf(result)).toContain('bodies of 1000 bytes: 4321/s, through a queue alone 8643/s: ratio 0.50\n  bodies of 13000 bytes: 5000/s, through a queue alone 6250/s: ratio 0.80, target 5000/s passed');
  });

  it('is one JSON line for each figure, when asked for', () => {
    const lines = jsonOf(result).split('\n').map((line) => JSON.parse(line) as object);
    expect(lines).toHaveLength(6);
    expect(lines[0]).toEqual({ bench: 'journal', messages: 10_000_000, page: 'a journey by its id', median: 2.3, p99: 9, target: 10 });
    expect(lines[3]).toMatchObject({ log: 30 * mebibyte, peer_value: 300 * mebibyte, ratio: 0.1, target: 0.333, memory: { gateway: { flat: true }, 'signal-httpserv': { flat: false } } });
    expect(lines[5]).toEqual({ bench: 'journal', messages: 10_000_000, size: 13_000, ingested: 5_000, peer: 'through a queue alone', peer_value: 6_250, ratio: 0.8, target: 5_000 });
  });
});
