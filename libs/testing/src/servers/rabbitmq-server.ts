import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Debian's own folder first: its wrapper in /usr/sbin changes the user, which a private node must not. */
const debianFolder = '/usr/lib/rabbitmq/bin';

/** Where RabbitMQ's start script is on this machine; undefined when it is not installed. */
export function findRabbitmqServer(env: NodeJS.ProcessEnv = process.env): string | undefined {
  const folders = [debianFolder, ...(env['PATH'] ?? '').split(delimiter)];
  return folders.map((folder) => join(folder, 'rabbitmq-server')).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
