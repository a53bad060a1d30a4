import { isFlat } from '../harness/memory.js';
import { type JournalResult } from './journal.js';
import { logTarget } from './log.js';

const mebibytes = (bytes: number): number => Math.round(bytes / 2 ** 20);
/** Nothing without a target. */
const judged = (passed: (target: number) => boolean, target: number | null, unit: string): string => (target === null ? '' : `, target ${target}${unit} ${passed(target) ? 'passed' : 'missed'}`);

/** For people. */
export function reportOf({ messages, reads, log, ingestions }: JournalResult): string {
  const { bytes, lines, rate, plain, ratio, memory } = log;
  const pages = reads.map(({ name, median, p99, target }) => `  ${name}: ${median.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms${judged((most) => p99 <= most, target, ' ms')}`);
  const courses = [...memory].map(([name, course]) => {
    const [begin, middle, end, peak] = [course.begin, course.middle, course.end, course.peak].map(mebibytes);
    return `  ${name}: ${begin}, ${middle}, ${end} MiB at begin, middle and end, ${peak} at most: ${isFlat(course) ? 'flat' : 'it grows'}`;
  });
  const rates = ingestions.map(({ size, rate: each, queue, target }) => `  bodies of ${size} bytes: ${Math.round(each)}/s, through a queue alone ${Math.round(queue)}/s: ratio ${(each / queue).toFixed(2)}${judged((least) => each >= least, target, '/s')}`);
  return [
    `${messages.toLocaleString('en')} messages`, ...pages,
    `message log of ${lines.toLocaleString('en')} lines: ${mebibytes(rate)} MiB/s, a plain file of its ${mebibytes(bytes)} MiB ${mebibytes(plain)} MiB/s: ratio ${ratio.toFixed(3)}${judged((least) => ratio >= least, Number(logTarget.toFixed(3)), '')}`,
    ...courses, 'journalled:', ...rates,
  ].join('\n'); // prettier-ignore
}

/** As JSON lines, as the other benches print them. */
export function jsonOf({ messages, reads, log, ingestions }: JournalResult): string {
  const bench = { bench: 'journal', messages };
  const pages = reads.map(({ name, median, p99, target }) => ({ ...bench, page: name, median: Number(median.toFixed(1)), p99: Number(p99.toFixed(1)), target }));
  const memory = Object.fromEntries([...log.memory].map(([name, course]) => [name, { ...course, flat: isFlat(course) }]));
  const logs = { ...bench, log: Math.round(log.rate), peer: 'a plain file', peer_value: Math.round(log.plain), ratio: Number(log.ratio.toFixed(3)), target: Number(logTarget.toFixed(3)), memory };
  const rates = ingestions.map(({ size, rate: each, queue, target }) => ({
    ...bench, size, ingested: Math.round(each), peer: 'through a queue alone', peer_value: Math.round(queue), ratio: Number((each / queue).toFixed(2)), target,
  })); // prettier-ignore
  return [...pages, logs, ...rates].map((line) => JSON.stringify(line)).join('\n');
}
