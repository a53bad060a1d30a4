import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { type CliConfig } from '../src/cli.config.js';
import { run } from '../src/program.js';

export interface Ran {
  code: number;
  out: string;
  err: string;
}

export interface Options extends Partial<CliConfig> {
  /** What its stdin says; nothing where it is absent. */
  in?: string;
  /** Whether stdin and stderr are a terminal. */
  terminal?: boolean;
}

/** A command line that is under way; its output so far, and all of it at the end. */
export class Warren {
  out = '';
  err = '';
  readonly ended: Promise<Ran>;

  constructor(args: readonly string[], { in: said = '', terminal = false, ...config }: Options = {}) {
    const [input, out, err] = [new PassThrough().end(said), new PassThrough(), new PassThrough()];
    if (terminal) for (const stream of [input, err]) Object.assign(stream, { isTTY: true });
    out.on('data', (data: Buffer) => (this.out += data.toString()));
    err.on('data', (data: Buffer) => (this.err += data.toString()));
    const folder = config.folder ?? join(__dirname, 'nowhere');
    const whole = { url: 'http://127.0.0.1:1', key: undefined, folder, keysFile: join(folder, 'keys.jsonl'), editor: 'false', ...config };
    this.ended = run(args, { in: input, out, err }, whole).then((code) => ({ code, out: this.out, err: this.err }));
  }
}

export const warren = (args: readonly string[], options?: Options): Promise<Ran> => new Warren(args, options).ended;
