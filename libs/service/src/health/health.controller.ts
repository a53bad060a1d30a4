import { Controller, Get } from '@nestjs/common';
import { HealthCheck, type HealthCheckResult, HealthCheckService, HealthIndicatorService } from '@nestjs/terminus';
import { Public } from '../access/roles.js';
import { Readiness } from './readiness.js';

/** For supervisors: whether the process works, and whether it does what the system wants. */
@Controller('health')
@Public()
export class HealthController {
  constructor(
    private readonly health: HealthCheckService,
    private readonly indicators: HealthIndicatorService,
    private readonly readiness: Readiness,
  ) {}

  @Get('live')
  @HealthCheck()
  live(): Promise<HealthCheckResult> {
    return this.health.check([]);
  }

  @Get('ready')
  @HealthCheck()
  async ready(): Promise<HealthCheckResult> {
    const needs = Object.entries(await this.readiness.needs());
    return this.health.check(needs.map(([need, reason]) => () => this.indicator(need, reason)));
  }

  private indicator(need: string, reason: string | undefined) {
    const check = this.indicators.check(need);
    return reason === undefined ? check.up() : check.down(reason);
  }
}
