import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { isAlive, record, type Recorded } from '../machine/processes.js';
import { Refusal, hasCode } from '../terminal/refusal.js';

/**
 * Takes the one place beside which nobody else starts: two systems on one folder would share their data. A lock whose holder has ended is taken over.
 * @returns what gives it back
 * @throws Refusal when another holds it
 */
export function takeLock(file: string): () => void {
  const holder = readHolder(file);
  if (holder && isAlive(holder)) {
    throw new Refusal(`Warren is started here already (process ${holder.pid}): stop it with Ctrl-C there, or set WARREN_FOLDER and other ports for a second one.`);
  }
  if (holder) rmSync(file, { force: true });
  write(file);
  return () => rmSync(file, { force: true });
}

function write(file: string): void {
  try {
    const lock = openSync(file, 'wx', 0o600);
    writeSync(lock, JSON.stringify(record(process.pid)));
    closeSync(lock);
  } catch (error) {
    if (hasCode(error, 'EEXIST')) throw new Refusal('Another start of Warren began here at the same moment: look whether it runs.');
    throw error;
  }
}

/** A file that cannot be read as a lock was cut short by a crash: it holds nothing. */
function readHolder(file: string): Recorded | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Recorded;
  } catch (error) {
    return hasCode(error, 'ENOENT') ? undefined : { pid: 0, start: '' };
  }
}
