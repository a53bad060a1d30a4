import { type MiddlewareConsumer, Module, type NestModule } from '@nestjs/common';
import { type NextFunction, type Request, type Response } from 'express';
import { isProbe } from '../http/probes.js';
import { MetricsController } from './metrics.controller.js';
import { Metrics } from './metrics.service.js';

@Module({ controllers: [MetricsController], providers: [Metrics], exports: [Metrics] })
export class MetricsModule implements NestModule {
  constructor(private readonly metrics: Metrics) {}

  configure(consumer: MiddlewareConsumer): void {
    consumer.apply((request: Request, response: Response, next: NextFunction) => this.watch(request, response, next)).forRoutes('{*path}');
  }

  private watch({ method, originalUrl }: Request, response: Response, next: NextFunction): void {
    if (!isProbe(originalUrl)) response.once('finish', () => this.metrics.countRequest(method, response.statusCode));
    next();
  }
}
