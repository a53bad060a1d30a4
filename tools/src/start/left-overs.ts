import { removeContainer } from '../machine/docker.js';
import { end, isAlive } from '../machine/processes.js';
import { readRunFile, removeRunFile } from './run-file.js';

/**
 * Ends what a start that was killed (kill -9, a crash) left on this run folder. Call it with the lock held.
 * @returns how many processes it ended
 */
export async function endLeftOvers(folder: string): Promise<number> {
  const run = readRunFile(folder);
  if (!run) return 0;
  const services = run.services.flatMap(({ process }) => process ?? []).filter(isAlive);
  const servers = [...run.broker.processes, ...run.database.processes].filter(isAlive);
  await Promise.all(services.map((process) => end(process)));
  await Promise.all(servers.map((process) => end(process)));
  if (run.broker.container) await removeContainer(run.broker.container);
  removeRunFile(folder);
  return services.length + servers.length;
}
