import { run } from './program.js';
import { releaseConfig } from './release.config.js';

// A reader that has seen enough (`| head`) changes nothing of what was published.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

void run(process.argv.slice(2), { out: process.stdout, err: process.stderr }, () => releaseConfig()).then((code) => {
  process.exitCode = code;
  // A connection that does not close must not keep the job waiting. What was said goes out first, also where it is read slowly.
  process.stdout.write('', () => process.stderr.write('', () => process.exit()));
});
