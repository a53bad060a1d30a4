import { parseArgs } from 'node:util';
import { UsageError, reason } from '../terminal/refusal.js';

/** What `npm start --` was asked for. */
export interface Arguments {
  /** Every flow of the workspace. */
  all: boolean;
  /** The flows to start; undefined for the default ones. */
  flows?: string[];
  /** Processes per service, by service name or its last part: `imed=3`. */
  scale: Map<string, number>;
  /** Whether a missing Debian package may be installed. */
  install: boolean;
}

export const usage = 'npm start -- [--all | --flows a,b] [--scale service=n,…] [--no-install]';
const mostProcesses = 50;

/** @throws UsageError in one line */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parsed(args);
  if (values.all && values.flows !== undefined) throw new UsageError(`--all and --flows exclude each other. Usage: ${usage}`);
  return {
    all: values.all ?? false,
    flows: values.flows === undefined ? undefined : words(values.flows.join(','), '--flows'),
    scale: new Map(words((values.scale ?? []).join(','), '--scale').map(scaleOf)),
    install: !values['no-install'],
  };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      options: {
        all: { type: 'boolean' },
        flows: { type: 'string', multiple: true },
        scale: { type: 'string', multiple: true },
        'no-install': { type: 'boolean' },
      },
    });
  } catch (error) {
    throw new UsageError(`${reason(error).split('. ')[0] ?? ''}. Usage: ${usage}`);
  }
}

function words(list: string, option: string): string[] {
  const all = list.split(',').map((word) => word.trim());
  if (option === '--scale' && list === '') return [];
  if (all.some((word) => word === '')) throw new UsageError(`${option} has an empty name in "${list}". Usage: ${usage}`);
  return all;
}

function scaleOf(word: string): [string, number] {
  const [, service, count] = /^([a-z][a-z0-9-]*)=(\d{1,3})$/.exec(word) ?? [];
  if (!service || Number(count) < 1 || Number(count) > mostProcesses) {
    throw new UsageError(`--scale takes service=n with n from 1 to ${mostProcesses}, not "${word}". Usage: ${usage}`);
  }
  return [service, Number(count)];
}
