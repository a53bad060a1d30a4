import { Inject, Injectable, Logger } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { ProblemError } from '@warren/service';
import { request } from 'undici';
import { type z } from 'zod';
import { gatewayConfig } from '../gateway.config.js';

/** Milliseconds. */
const patience = 3000;

/** RabbitMQ's management API. */
@Injectable()
export class ManagementApi {
  private readonly logger = new Logger(ManagementApi.name);
  private readonly base: URL;
  private readonly authorization: string;

  constructor(@Inject(gatewayConfig.KEY) { managementUrl }: ConfigType<typeof gatewayConfig>) {
    const { username, password, origin, pathname } = new URL(managementUrl);
    this.base = new URL(pathname.replace(/\/*$/, '/'), origin);
    this.authorization = `Basic ${Buffer.from(`${decodeURIComponent(username)}:${decodeURIComponent(password)}`).toString('base64')}`;
  }

  /** Reads a path such as `api/nodes`. @throws ProblemError 503 when the API is away, hangs, refuses the login or answers something else than the schema. */
  async get<S extends z.ZodType>(path: string, schema: S): Promise<z.output<S>> {
    try {
      const { statusCode, body } = await request(new URL(path, this.base), { headers: { authorization: this.authorization }, signal: AbortSignal.timeout(patience) });
      const text = await body.text();
      if (statusCode !== 200) throw new Error(`It answers ${statusCode}.`);
      return schema.parse(JSON.parse(text));
    } catch (error) {
      this.logger.warn(`GET ${path} of the management API: ${String(error)}`);
      throw new ProblemError(503, managementAway, { 'Retry-After': '5' });
    }
  }
}

export const managementAway = { code: 'management-api-away', detail: "RabbitMQ's management API does not answer as it should: see AMQP_MANAGEMENT_URL." };
