import { Logger, type Type } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { StartError } from '@warren/bus';
import { Logger as PinoLogger } from 'nestjs-pino';
import { httpConfig } from './http/http.config.js';
import { endOnBugs } from './process/bugs.js';
import { reportReady, tellSupervisor } from './process/supervisor.js';
import { stopOnRequest } from './process/stop.js';
import { Readiness } from './health/readiness.js';

export interface Service {
  /** As in WarrenModule.forRoot. */
  name: string;
  module: Type;
  /** What a module cannot do: Swagger's page, static files. Called before the application listens. */
  setup?(app: NestExpressApplication): void;
}

/** Runs a service until it is asked to stop. What keeps it from starting is one line on stderr and exit code 1. */
export async function bootstrap(service: Service): Promise<void> {
  endOnBugs();
  try {
    const app = await createApp(service);
    const config = app.get<ConfigType<typeof httpConfig>>(httpConfig.KEY);
    stopOnRequest(app, config.shutdownDeadline);
    const port = await listen(app, config);
    await reportReady(app.get(Readiness), port, tellSupervisor);
  } catch (error) {
    process.stderr.write(`${service.name}: ${refusal(error)}\n`);
    process.exit(1);
  }
}

/** The application as bootstrap() runs it, not listening yet. */
export async function createApp({ module, setup }: Omit<Service, 'name'>): Promise<NestExpressApplication> {
  const app = await NestFactory.create<NestExpressApplication>(module, { bodyParser: false, bufferLogs: true, autoFlushLogs: false, abortOnError: false });
  app.useLogger(app.get(PinoLogger));
  app.flushLogs();
  app.disable('x-powered-by');
  setup?.(app);
  return app;
}

/** @returns the port, chosen by the system where the settings say 0. */
async function listen(app: NestExpressApplication, { host, port }: ConfigType<typeof httpConfig>): Promise<number> {
  try {
    await app.listen(port, host);
  } catch (error) {
    throw listenError(error, host, port);
  }
  const address = app.getHttpServer().address();
  const bound = typeof address === 'object' && address ? address.port : port;
  new Logger('Http').log(`Listening on http://${host}:${bound}`);
  return bound;
}

/** One line for a human who can mend it; of a mistake in the code, where it is. */
function refusal(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const mistake = error instanceof TypeError || error instanceof ReferenceError;
  return (mistake && error.stack) || error.message;
}

function listenError(error: unknown, host: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE') return new StartError(`PORT ${port} on ${host} is taken: stop what listens there, or set another PORT.`);
  if (code === 'EACCES') return new StartError(`PORT ${port} may not be opened by this user: set PORT to 1024 or more.`);
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return new StartError(`HOST ${host} is no address of this machine: set HOST to one that is, for example 127.0.0.1.`);
  return error;
}
