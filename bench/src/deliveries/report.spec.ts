import type { Result } from '../harness/measure.js';
import { jsonOf, reportOf } from './report.js';

const rounds = (...rates: number[]): Result[] => rates.map((rate) => ({ rate, use: new Map([['endpoint', { cpu: 5_000, memory: 2 ** 20 }]]) }));
const at = (ours: number) =>
  new Map([['undici', rounds(1_000, 1_200)], ['BullMQ, fsync everysec', rounds(400, 500)], ['BullMQ, fsync always', rounds(300, 300)], ['Warren', rounds(ours, ours)]]);
const results = new Map([[0, at(550)], [20, at(1_100)]]);

describe('the report on deliveries', () => {
  it('has a part for each time that the endpoint takes', () => {
    expect(reportOf(results, 100).split('\n').filter((line) => line.startsWith('Answered'))).toEqual(['Answered at once', 'Answered after 20 ms']);
  });

  it('has the rate of each rival, what it took, and what it keeps', () => {
    const text = reportOf(results, 100);

    expect(text).toContain('undici: 1,100 messages/s (1,000 to 1,200)\n  CPU µs per message: endpoint 50.0, all 50.0');
    expect(text).toMatch(/^undici: nothing is stored/m);
    expect(text).toMatch(/^Warren: quorum queue/m);
  });

  it('says which target is reached and by how much the other is missed', () => {
    const text = reportOf(results, 100);

    expect(text).toContain('bench deliveries: 550 against 1100 of undici in 2 rounds: ratio 0.504, 0.296 short of 0.8');
    expect(text).toContain('bench deliveries: 1100 against 450 of BullMQ, fsync everysec in 2 rounds: ratio 2.475, target 1.5 reached');
    expect(text).toMatch(/of BullMQ, fsync always in 2 rounds: ratio 1.833$/m);
  });

  it('is one JSON line for each comparison, when asked for', () => {
    const lines = jsonOf(results).split('\n').map((line) => JSON.parse(line) as object);

    expect(lines).toHaveLength(6);
    expect(lines[0]).toEqual({ bench: 'deliveries', delay: 0, ours: 550, peer: 'undici', peer_value: 1_100, ratio: 0.504, target: 0.8, runs: 2 });
    expect(lines[4]).toMatchObject({ delay: 20, peer: 'BullMQ, fsync everysec', target: 1.5 });
  });
});
