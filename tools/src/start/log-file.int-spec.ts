import { appendFileSync, existsSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../../test/workspace.js';
import { lastWords, rotate, sizeOf } from './log-file.js';

describe('a log', () => {
  let log: string;
  beforeEach(() => {
    log = join(temporaryFolder(), 'signal-imed.1.log');
  });

  it('begins anew when it is long, while its writer goes on', () => {
    const writer = openSync(log, 'a');
    writeSync(writer, 'old\n');
    rotate(log, 4);
    writeSync(writer, 'new\n');
    expect(readFileSync(`${log}.1`, 'utf8')).toBe('old\n');
    expect(readFileSync(log, 'utf8')).toBe('new\n');
  });

  it('is left alone while it is short or not there yet', () => {
    rotate(log, 4);
    writeFileSync(log, 'abc');
    rotate(log, 4);
    expect(existsSync(`${log}.1`)).toBe(false);
  });

  it('tells why one process ended, not the one before', () => {
    writeFileSync(log, 'an earlier process\n');
    const start = sizeOf(log);
    expect(lastWords(log, start)).toBe('');
    appendFileSync(log, `${'x'.repeat(10_000)}\nIMED_DELAY must be whole milliseconds\n\n`);
    expect(lastWords(log, start)).toBe('IMED_DELAY must be whole milliseconds');
  });

  it('finds the error in what Node writes of a crash', () => {
    writeFileSync(log, 'node:internal\n  throw err;\n\nTypeError: x is not a function\n    at main.js:3:1\n\nNode.js v24.21.0\n');
    expect(lastWords(log, 0)).toBe('TypeError: x is not a function');
  });
});
