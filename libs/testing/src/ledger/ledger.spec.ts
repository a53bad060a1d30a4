import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { waitFor } from '../wait-for.js';
import { deadLetters, Ledger, verdictOf } from './ledger.js';

let folder: string;
let path: string;
let ledger: Ledger;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'warren-ledger-'));
  path = join(folder, 'ledger');
  ledger = new Ledger(path);
});
afterEach(() => {
  ledger.close();
  rmSync(folder, { recursive: true });
});

describe('a ledger', () => {
  it('finds nothing wrong when each accepted message was handled once', () => {
    for (const id of ['a', 'b']) {
      ledger.accepted(id);
      ledger.seen(id, 'signal.imed');
    }
    expect(ledger.verdict()).toEqual({ accepted: 2, lost: [], repeated: [], handled: 2, dead: 0, unconfirmed: [] });
  });

  it('names what was accepted and is nowhere', () => {
    ledger.accepted('a');
    ledger.accepted('b');
    ledger.seen('a', 'signal.imed');
    expect(ledger.verdict().lost).toEqual(['b']);
  });

  it('names what was seen twice at one place, and lets two consumers see the same message', () => {
    ledger.accepted('a');
    ledger.seen('a', 'signal.imed');
    ledger.seen('a', 'signal.audit');
    ledger.seen('a', 'signal.audit');
    expect(ledger.verdict().repeated).toEqual([{ id: 'a', where: 'signal.audit', times: 2 }]);
  });

  it('does not take a dead letter for lost', () => {
    ledger.accepted('a');
    ledger.seen('a', deadLetters);
    expect(ledger.verdict()).toMatchObject({ lost: [], handled: 0, dead: 1 });
  });

  it('does not blame anybody for a message whose confirm was lost', () => {
    ledger.seen('a', 'signal.imed');
    expect(ledger.verdict()).toMatchObject({ accepted: 0, handled: 1, unconfirmed: ['a'] });
  });

  it('goes on where an earlier keeper ended', () => {
    ledger.accepted('a');
    const next = new Ledger(path);
    next.seen('a', 'signal.imed');
    next.close();
    expect(verdictOf(path)).toMatchObject({ accepted: 1, lost: [], handled: 1 });
  });

  it('reads over an entry that was never written to its end', () => {
    ledger.accepted('a');
    appendFileSync(path, '{"accep');
    expect(ledger.verdict()).toMatchObject({ accepted: 1, lost: ['a'] });
  });

  it('keeps what was accepted when its keeper is killed in the next instruction', async () => {
    const mark = join(folder, 'written');
    const keeper = `
      const { Ledger } = require(${JSON.stringify(join(__dirname, '../../dist/ledger/ledger.js'))});
      const ledger = new Ledger(${JSON.stringify(path)});
      for (let n = 0; n < 1000; n++) ledger.accepted('m' + n);
      require('node:fs').writeFileSync(${JSON.stringify(mark)}, '');
      process.kill(process.pid, 'SIGKILL');`;
    const child = spawn(process.execPath, ['-e', keeper]);
    await once(child, 'exit');
    await waitFor(() => existsSync(mark));
    expect(verdictOf(path).accepted).toBe(1000);
  });
});
