import { type DeadLettersResult } from './dead-letters.js';
import { isFlat } from '../harness/memory.js';

/** Milliseconds for a page of groups. */
const target = 200;
const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);

/** For people. */
export function reportOf({ letters, reads, rate, memory }: DeadLettersResult): string {
  const pages = reads.map(({ name, median, p99 }) => `  ${name}: ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${p99 > target ? `, over ${target}` : ''}`);
  const courses = [...memory].map(([name, course]) => {
    const { begin, middle, end, peak } = course;
    return `  ${name}: ${[begin, middle, end].map(mebibytes).join(', ')} at begin, middle and end, ${mebibytes(peak)} at most: ${isFlat(course) ? 'flat' : 'it grows'}`;
  });
  return [`${letters.toLocaleString('en')} dead letters`, ...pages, `redrive of all: ${Math.round(rate)} letters/s until handled`, 'memory in MiB meanwhile:', ...courses].join('\n');
}

/** As JSON lines, as the other benches print them. */
export function jsonOf({ letters, reads, rate, memory }: DeadLettersResult): string {
  const round = (value: number) => Number(value.toFixed(1));
  const pages = reads.map(({ name, median, p99 }) => ({ bench: 'dead-letters', letters, page: name, median: round(median), p99: round(p99), target }));
  const redrive = { bench: 'dead-letters', letters, redriven: Math.round(rate), memory: Object.fromEntries([...memory].map(([name, course]) => [name, { ...course, flat: isFlat(course) }])) };
  return [...pages, redrive].map((line) => JSON.stringify(line)).join('\n');
}
