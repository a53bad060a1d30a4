import type { Comparison } from './comparison.js';
import type { Result } from './harness/measure.js';
import { report } from './report.js';

const round = (rate: number, cpu: number): Result => ({ rate, use: new Map([['source', { cpu, memory: 50 * 2 ** 20 }], ['broker', { cpu: 2 * cpu }]]) });
const comparison: Comparison = { bench: 1, ours: 700, peer: 'raw amqplib', peer_value: 1000, ratio: 0.7, target: 0.85, runs: 3 };

describe('the report', () => {
  it("shows each pipeline's rate with its spread, and what each process used", () => {
    const text = report(new Map([['Warren', [round(900, 1000), round(1100, 3000), round(1000, 2000)]]]), [], 100);

    expect(text).toContain('Warren: 1,000 messages/s (900 to 1,100)');
    expect(text).toContain('CPU µs per message: source 20.0, broker 40.0, all 60.0');
    expect(text).toContain('peak memory MiB: source 50, broker 0');
  });

  it('says by how much a target is missed', () => {
    expect(report(new Map(), [comparison], 100)).toBe('bench 1: 700 against 1000 of raw amqplib in 3 rounds: ratio 0.7, 0.150 short of 0.85');
  });

  it('says that a target is reached', () => {
    expect(report(new Map(), [{ ...comparison, ratio: 0.85 }], 100)).toMatch(/ratio 0.85, target 0.85 reached$/);
  });

  it('does not judge what is there for information', () => {
    expect(report(new Map(), [{ ...comparison, target: null }], 100)).toMatch(/ratio 0.7$/);
  });
});
