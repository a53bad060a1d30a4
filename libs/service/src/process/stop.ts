import { Logger } from '@nestjs/common';
import { type NestExpressApplication } from '@nestjs/platform-express';

const lookEvery = 50;

/**
 * Stops the application on SIGTERM, on SIGINT, and when its supervisor is gone (its IPC channel closes). Nest's hooks give the order:
 * sources and consumers, then HTTP, then connections. A close that hangs (a broker that died meanwhile) ends at the deadline.
 */
export function stopOnRequest(app: NestExpressApplication, deadline: number): void {
  let stopping = false;
  const stop = (why: string): void => {
    if (stopping) return;
    stopping = true;
    void stopWithin(app, deadline, why);
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('disconnect', () => stop('its supervisor is gone'));
}

async function stopWithin(app: NestExpressApplication, deadline: number, why: string): Promise<never> {
  const logger = new Logger('Process');
  logger.log(`Stopping: ${why}`);
  setTimeout(() => {
    logger.error(`Not stopped within ${deadline} ms: ended all the same.`);
    process.exit(1);
  }, deadline).unref();
  // A connection whose request was in hand when closing began would be kept alive for seconds after its answer.
  setInterval(() => app.getHttpServer().closeIdleConnections(), lookEvery).unref();
  await app.close();
  logger.log('Stopped');
  process.exit(); // with process.exitCode, which is 1 where the service itself refused to go on
}
