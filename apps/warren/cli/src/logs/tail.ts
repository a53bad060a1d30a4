import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { StringDecoder } from 'node:string_decoder';

const chunk = 65_536;

/** Reads what a log has got since the last look, in whole lines. A log that was emptied (rotated) is read from its start. */
export class Tail {
  private position = 0;
  private rest = '';
  private decoder = new StringDecoder('utf8');

  /** @param last how many bytes before the log's present end to begin, or fewer where it is shorter */
  constructor(
    private readonly path: string,
    private readonly last: number,
  ) {}

  /** The lines since the last call; at the first one those within the last bytes. */
  read(): string[] {
    const file = openSync(this.path, 'r');
    try {
      const { size } = fstatSync(file);
      const skipped = this.begin(size);
      const lines = (this.rest + this.upTo(file, size)).split('\n');
      this.rest = lines.pop() ?? '';
      return skipped ? lines.slice(1) : lines;
    } finally {
      closeSync(file);
    }
  }

  /** @returns whether reading begins inside a line. */
  private begin(size: number): boolean {
    const first = this.position === 0 && size > this.last;
    if (first) this.position = size - this.last;
    if (size >= this.position) return first;
    this.position = 0;
    this.rest = '';
    this.decoder = new StringDecoder('utf8');
    return false;
  }

  private upTo(file: number, size: number): string {
    let text = '';
    const buffer = Buffer.alloc(chunk);
    while (this.position < size) {
      const read = readSync(file, buffer, 0, Math.min(chunk, size - this.position), this.position);
      if (read === 0) break;
      this.position += read;
      text += this.decoder.write(buffer.subarray(0, read));
    }
    return text;
  }
}
