import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type CliConfig } from '../src/cli.config.js';
import { run } from '../src/program.js';

export interface Ran {
  code: number;
  out: string;
  err: string;
}

/** A command line that is under way; its output so far, and all of it at the end. */
export class Warren {
  out = '';
  err = '';
  readonly ended: Promise<Ran>;

  constructor(args: readonly string[], config: Partial<CliConfig> = {}) {
    const [out, err] = [new PassThrough(), new PassThrough()];
    out.on('data', (data: Buffer) => (this.out += data.toString()));
    err.on('data', (data: Buffer) => (this.err += data.toString()));
    const folder = config.folder ?? join(__dirname, 'nowhere');
    const whole = { url: 'http://127.0.0.1:1', key: undefined, folder, keysFile: join(folder, 'keys.jsonl'), ...config };
    this.ended = run(args, { out, err }, whole).then((code) => ({ code, out: this.out, err: this.err }));
  }
}

export const warren = (args: readonly string[], config?: Partial<CliConfig>): Promise<Ran> => new Warren(args, config).ended;
