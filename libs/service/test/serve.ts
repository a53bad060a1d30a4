import { type ModuleMetadata, Module } from '@nestjs/common';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { ProblemFilter } from '../src/http/problem.filter.js';

export interface Served {
  app: NestExpressApplication;
  url: string;
}

/** A Nest application with Warren's problems, on a free port of loopback, without a broker. */
export async function serve(parts: ModuleMetadata): Promise<Served> {
  @Module({ ...parts, providers: [{ provide: APP_FILTER, useClass: ProblemFilter }, ...(parts.providers ?? [])] })
  class App {}
  const app = await NestFactory.create<NestExpressApplication>(App, { logger: false, bodyParser: false, abortOnError: false });
  await app.listen(0, '127.0.0.1');
  return { app, url: (await app.getUrl()).replace('localhost', '127.0.0.1') };
}
