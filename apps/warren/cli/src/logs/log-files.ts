import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A log of one process, as `npm start` writes it. */
export interface LogFile {
  readonly service: string;
  readonly path: string;
}

/** The logs of a run folder: `logs/<service>.<n>.log`, by name. None where nothing was started yet. */
export function logFiles(folder: string): LogFile[] {
  const logs = join(folder, 'logs');
  return namesIn(logs).flatMap((name) => {
    const service = /^(.+)\.\d+\.log$/.exec(name)?.[1];
    return service === undefined ? [] : [{ service, path: join(logs, name) }];
  });
}

/** Those of a service, by its whole name or its name inside its flow: `signal-imed` or `imed`. */
export const ofService = (files: readonly LogFile[], name: string): LogFile[] =>
  files.filter(({ service }) => service === name || service.endsWith(`-${name}`));

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}
