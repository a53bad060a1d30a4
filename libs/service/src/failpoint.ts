import { readFailpoints } from './failpoint.config.js';

/** Passings that are left until the process ends there, by name. */
const left = new Map<string, number>();
let read = false;

/**
 * A place where a crash would be worst. Ends this process by SIGKILL at the passing that the setting FAILPOINT names, else does nothing.
 * @throws SettingsError when FAILPOINT cannot be read.
 */
export function failpoint(name: string): void {
  if (!read) for (const [wanted, passing] of readFailpoints().passings) left.set(wanted, passing);
  read = true;
  const passing = left.get(name);
  if (passing === undefined) return;
  left.set(name, passing - 1);
  if (passing === 1) end(name);
}

function end(name: string): void {
  process.stderr.write(`Failpoint "${name}": this process ends.\n`);
  process.kill(process.pid, 'SIGKILL');
}
