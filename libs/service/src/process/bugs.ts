import { Logger } from '@nestjs/common';

/** What nobody caught leaves the process in a state that nobody knows: it is logged once and the process ends. */
export function endOnBugs(): void {
  process.on('uncaughtException', end);
  process.on('unhandledRejection', end);
}

function end(error: unknown): never {
  new Logger('Process').fatal(error);
  Logger.flush();
  process.exit(1);
}
