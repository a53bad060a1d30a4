import { cliConfig } from './cli.config.js';
import { run } from './program.js';

/** A reader that has seen enough (`| head`) ends us without a word. */
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
}

void run(process.argv.slice(2), { in: process.stdin, out: process.stdout, err: process.stderr }, cliConfig()).then((code) => {
  process.exitCode = code;
});
