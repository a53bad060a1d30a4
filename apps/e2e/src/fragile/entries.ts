import { openSync, readSync, writeSync } from 'node:fs';

/** Something that happened to a message at a consumer. */
export interface Entry {
  what: 'begun' | 'failed' | 'handled';
  /** Milliseconds of the machine's monotonic clock, which all its processes share. */
  at: number;
  id: string;
  queue: string;
  n: number;
  attempt: number;
  redrive: number;
  pid: number;
}

/** Milliseconds on the clock of the entries. */
export const monotonic = (): number => Number(process.hrtime.bigint()) / 1e6;

/** Appends to the file that all instances share. Each entry is one write: a kill -9 loses none and tears none. */
export class Entries {
  private readonly file: number;

  constructor(path: string) {
    this.file = openSync(path, 'a', 0o600);
  }

  add(entry: Omit<Entry, 'at' | 'pid'>): void {
    writeSync(this.file, `${JSON.stringify({ ...entry, at: monotonic(), pid: process.pid })}\n`);
  }
}

/** Reads the file as it grows. */
export class EntriesReader {
  private readonly entries: Entry[] = [];
  private readonly file: number;
  private readonly buffer = Buffer.alloc(1024 * 1024);
  private rest = '';

  constructor(path: string) {
    this.file = openSync(path, 'a+', 0o600);
  }

  /** All until now. */
  all(): readonly Entry[] {
    for (let bytes = this.read(); bytes > 0; bytes = this.read()) {
      const lines = (this.rest + this.buffer.toString('utf8', 0, bytes)).split('\n');
      this.rest = lines.pop() ?? '';
      for (const line of lines) this.entries.push(JSON.parse(line) as Entry);
    }
    return this.entries;
  }

  private read(): number {
    return readSync(this.file, this.buffer);
  }
}
