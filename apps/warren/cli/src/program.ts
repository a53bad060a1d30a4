import { Command, CommanderError } from 'commander';
import { type CliConfig } from './cli.config.js';
import { addAudit } from './commands/audit.command.js';
import { addDeadLetters } from './commands/dead-letters/dead-letters.command.js';
import { addDeliveries } from './commands/deliveries.command.js';
import { addFlows } from './commands/flows.command.js';
import { addJourney } from './commands/journey.command.js';
import { addJourneys } from './commands/journeys/journeys.command.js';
import { addKey } from './commands/key.command.js';
import { addLogs } from './commands/logs.command.js';
import { addMessages } from './commands/messages.command.js';
import { addOperations } from './commands/operations.command.js';
import { addPublish } from './commands/publish.command.js';
import { addRunLog } from './commands/run-log.command.js';
import { addSearch } from './commands/search.command.js';
import { addState } from './commands/state.command.js';
import { addStatistics } from './commands/statistics.command.js';
import { addStatus } from './commands/status.command.js';
import { addTargets } from './commands/targets.command.js';
import { Gateway } from './gateway.js';
import { type Terminal } from './terminal.js';

/** What every command works with. */
export interface Context {
  readonly config: CliConfig;
  readonly terminal: Terminal;
  /** @throws Failure when --url or WARREN_URL is no URL. */
  readonly gateway: () => Gateway;
  /** Whether --json was given: results for programs. */
  readonly json: () => boolean;
}

const addCommands = [addStatus, addState, addRunLog, addMessages, addSearch, addJourney, addJourneys, addPublish, addFlows, addDeadLetters, addOperations, addAudit, addStatistics, addTargets, addDeliveries, addLogs, addKey];

/**
 * Runs one command line.
 * @param args without node and the script
 * @returns the exit code: 0 done, 1 failed (one line on stderr says why), 2 wrong usage
 */
export async function run(args: readonly string[], terminal: Terminal, config: CliConfig): Promise<number> {
  try {
    await programOf(terminal, config).parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    terminal.err.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return 1;
  }
}

function programOf(terminal: Terminal, config: CliConfig): Command {
  const program = new Command('warren')
    .description('Operates a Warren system from a terminal.')
    .option('--url <url>', 'where the gateway is (WARREN_URL)', config.url)
    .option('--json', 'print JSON')
    .addHelpText('after', '\nThe key for a gateway that wants one is read from WARREN_KEY.\nExit codes: 0 done, 1 failed, 2 wrong usage.')
    .showHelpAfterError('Run "warren --help" for what there is.')
    .configureOutput({ writeOut: (text) => terminal.out.write(text), writeErr: (text) => terminal.err.write(text) })
    .exitOverride();
  const options = () => program.opts<{ url: string; json?: boolean }>();
  const context: Context = { config, terminal, gateway: () => new Gateway(options().url, config.key), json: () => options().json ?? false };
  for (const add of addCommands) add(program, context);
  return program;
}
