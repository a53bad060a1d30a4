import { type deployments } from '@warren/contracts';
import { type PayloadOf } from '@warren/protocol';
import { Command, CommanderError, Option } from 'commander';
import { oneLine } from './failure.js';
import { type Attributes, releaseName, timeoutOf, withAttribute } from './release.arguments.js';
import { type ReleaseConfig } from './release.config.js';
import { releaseTime } from './release-time.js';
import { throughGateway } from './through-gateway.js';

export interface Terminal {
  readonly out: NodeJS.WritableStream;
  readonly err: NodeJS.WritableStream;
}

interface Options {
  attr?: Attributes;
  json?: boolean;
  timeout: number;
}

type Release = PayloadOf<typeof deployments.released>;

const help = `
Where AMQP_URL is set, the release goes to that broker and nothing else is needed; else the gateway at WARREN_URL publishes it,
with the key in WARREN_KEY where it wants one.
Exit codes: 0 the broker has confirmed it, 1 it is not published or nobody can say so, 2 wrong usage.`;

/**
 * Runs one command line.
 * @param args without node and the script
 * @param config called when the arguments are well
 * @returns the exit code: 0 confirmed by the broker, 1 failed, 2 wrong usage; of the latter two one line on stderr says why
 */
export async function run(args: readonly string[], terminal: Terminal, config: () => ReleaseConfig): Promise<number> {
  const release = (name: string, datetime: string | undefined, options: Options) => publish({ name, datetime, options }, terminal, config());
  try {
    await programOf(terminal).action(release).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.err.write(`${oneLine(error instanceof Error ? error.message : String(error))}\n`);
    return 1;
  }
}

function programOf({ out, err }: Terminal): Command {
  return new Command('warren-release')
    .description('Publishes a release to all targets.')
    .argument('<release>', 'its name, 1 to 200 characters', releaseName)
    .argument('[datetime]', 'when: YYYY-MM-DD HH:MM:SS or ISO 8601, UTC where it has no zone; now where it is left out', releaseTime)
    .option('--attr <key=value>', 'something else to carry along; may be given several times', withAttribute)
    .option('--json', 'print what was published as JSON')
    .addOption(new Option('--timeout <seconds>', 'how long it may take in all').argParser(timeoutOf).default(10_000, '10'))
    .addHelpText('after', help)
    .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => err.write(text), outputError: (text, write) => write(`${oneLine(text)}\n`) })
    .exitOverride();
}

interface Wanted {
  name: string;
  datetime: string | undefined;
  options: Options;
}

async function publish({ name, datetime, options }: Wanted, { out }: Terminal, config: ReleaseConfig): Promise<void> {
  const { attr: attributes = {}, json, timeout } = options;
  const release: Release = { release: name, datetime: datetime ?? new Date().toISOString(), attributes };
  const { id, journey } = await send(release, timeout, config);
  const said = json ? JSON.stringify({ id, journey, ...release }) : oneLine(`Released ${release.release} at ${release.datetime} (message ${id})`);
  out.write(`${said}\n`);
}

async function send(release: Release, timeout: number, config: ReleaseConfig): Promise<{ id: string; journey: string }> {
  if (config.broker === undefined) return throughGateway(config, release, timeout);
  // Nest is loaded only where it is needed: it takes longer than a request to the gateway.
  const { throughBroker } = await import('./broker/through-broker.js');
  return throughBroker(config.broker, release, timeout);
}
