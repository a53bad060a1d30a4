import { appendFileSync, mkdirSync, mkdtempSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '@warren/testing';
import { Warren, warren } from '../../test/warren.js';

let folder: string;
const path = (name: string) => join(folder, 'logs', `${name}.log`);
const write = (name: string, ...lines: string[]) => appendFileSync(path(name), lines.map((line) => `${line}\n`).join(''));
const line = (second: number, msg: string, more = {}) =>
  JSON.stringify({ level: 'info', time: `2026-11-01T06:35:0${second}.000Z`, service: 'any', instance: 'any-1', context: 'Here', msg, ...more });
const logs = (...args: string[]) => warren(['logs', ...args], { folder });
const messages = (out: string) => out.match(/(?<=Here: )\w+/g);

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'warren-logs-'));
  mkdirSync(join(folder, 'logs'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('warren logs', () => {
  it('shows lines for people', async () => {
    write('gateway.1', line(1, 'hello', { queue: 'signal.imed' }), 'no JSON at all');
    expect((await logs()).out).toBe('2026-11-01T06:35:01.000Z INFO  any-1 Here: hello {"queue":"signal.imed"}\ngateway: no JSON at all\n');
  });

  it('shows where an error came from', async () => {
    write('gateway.1', line(1, 'oops', { err: { type: 'Error', message: 'oops', stack: 'Error: oops\n    at there' } }));
    expect((await logs()).out).toContain('Here: oops \nError: oops\n    at there\n');
  });

  it('puts the lines of all services in order', async () => {
    write('gateway.1', line(1, 'a'), line(3, 'c'));
    write('signal-imed.1', line(2, 'b'));
    write('signal-imed.2', line(4, 'd'));
    expect(messages((await logs()).out)).toEqual(['a', 'b', 'c', 'd']);
  });

  it.each(['signal-imed', 'imed'])('shows those of %s alone', async (service) => {
    write('gateway.1', line(1, 'a'));
    write('signal-imed.1', line(2, 'b'));
    expect(messages((await logs(service)).out)).toEqual(['b']);
  });

  it('begins with the last lines', async () => {
    write('gateway.1', ...[1, 2, 3, 4, 5].map((n) => line(n, `m${n}`)));
    expect(messages((await logs('--lines', '2')).out)).toEqual(['m4', 'm5']);
    expect((await logs('--lines', '0')).out).toBe('');
  });

  it('shows whole lines of a log that it does not read from its start', async () => {
    write('gateway.1', ...Array.from({ length: 12_000 }, (_, n) => line(n % 10, `m${n}`)));
    const shown = (await logs('--json', '--lines', '12000')).out.trim().split('\n');
    expect(shown.length).toBeLessThan(12_000);
    expect(shown.every((one) => one.startsWith('{"level"'))).toBe(true);
  });

  it('gives the lines as they are with --json', async () => {
    write('gateway.1', line(1, 'a'));
    expect((await logs('--json')).out).toBe(`${line(1, 'a')}\n`);
  });

  it('says which services there are when it does not know one', async () => {
    write('gateway.1', line(1, 'a'));
    write('observer.1', line(1, 'a'));
    expect(await logs('imed')).toEqual({ code: 1, out: '', err: 'There is no log of "imed": there are those of gateway, observer.\n' });
  });

  it('says so when nothing was started yet', async () => {
    expect(await logs()).toEqual({ code: 1, out: '', err: `There are no logs in ${folder}: npm start writes them.\n` });
  });
});

describe('warren logs --follow', () => {
  it('goes on with what is written, with new processes, and after a log was emptied', async () => {
    write('signal-imed.1', line(1, 'first'));
    const command = new Warren(['logs', '--follow'], { folder });
    const shows = (...expected: string[]) => waitFor(() => JSON.stringify(messages(command.out)) === JSON.stringify(expected), { what: expected.join() });
    await shows('first');
    appendFileSync(path('signal-imed.1'), line(2, 'second').slice(0, 50));
    appendFileSync(path('signal-imed.1'), `${line(2, 'second').slice(50)}\n`);
    await shows('first', 'second');
    write('signal-imed.2', line(3, 'third'));
    await shows('first', 'second', 'third');
    truncateSync(path('signal-imed.1'));
    write('signal-imed.1', line(4, 'fourth'));
    await shows('first', 'second', 'third', 'fourth');
    rmSync(join(folder, 'logs'), { recursive: true });
    expect((await command.ended).code).toBe(1);
  });
});
