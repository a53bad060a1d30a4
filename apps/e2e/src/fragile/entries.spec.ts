import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Entries, EntriesReader, monotonic } from './entries.js';

const folder = mkdtempSync(join(tmpdir(), 'warren-entries-'));
afterAll(() => rmSync(folder, { recursive: true }));
const entry = (n: number) => ({ what: 'begun', id: `m${n}`, queue: 'q', n, attempt: 1, redrive: 0 }) as const;

describe('the entries of consumers', () => {
  it('are read as they come, whoever writes them', () => {
    const path = join(folder, 'both');
    const reader = new EntriesReader(path);
    expect(reader.all()).toEqual([]);
    const [one, other] = [new Entries(path), new Entries(path)];
    const before = monotonic();
    one.add(entry(1));
    expect(reader.all()).toMatchObject([{ n: 1, pid: process.pid }]);
    other.add(entry(2));
    one.add(entry(3));
    expect(reader.all().map(({ n }) => n)).toEqual([1, 2, 3]);
    expect(reader.all().every(({ at }) => at >= before && at <= monotonic())).toBe(true);
  });

  it('are read whole when a line is only half there yet, and in any number', () => {
    const path = join(folder, 'half');
    const reader = new EntriesReader(path);
    const line = `${JSON.stringify({ ...entry(1), at: 1, pid: 1 })}\n`;
    appendFileSync(path, line.slice(0, 20));
    expect(reader.all()).toEqual([]);
    appendFileSync(path, line.slice(20) + line.repeat(30_000));
    expect(reader.all()).toHaveLength(30_001);
  });
});
