import { type INestApplicationContext, Logger } from '@nestjs/common';

/**
 * Stops the application on SIGTERM, on SIGINT, and when its supervisor is gone (its IPC channel closes). Nest's hooks give the order:
 * sources and consumers, then HTTP, then connections. A close that hangs (a broker that died meanwhile) ends at the deadline.
 */
export function stopOnRequest(app: INestApplicationContext, deadline: number): void {
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

async function stopWithin(app: INestApplicationContext, deadline: number, why: string): Promise<never> {
  const logger = new Logger('Process');
  logger.log(`Stopping: ${why}`);
  setTimeout(() => {
    logger.error(`Not stopped within ${deadline} ms: ended all the same.`);
    process.exit(1);
  }, deadline).unref();
  await app.close();
  logger.log('Stopped');
  process.exit(0);
}
