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
      const { status, text } = await this.ask('GET', path);
      if (status !== 200) throw new Error(`It answers ${status}.`);
      return schema.parse(JSON.parse(text));
    } catch (error) {
      this.logger.warn(`GET ${path} of the management API: ${String(error)}`);
      throw new ProblemError(503, managementAway, { 'Retry-After': '5' });
    }
  }

  /** Makes what the path names, or changes it. @throws when the API is away or refuses, with what it says. */
  async put(path: string, body: object): Promise<void> {
    const { status, text } = await this.ask('PUT', path, JSON.stringify(body));
    if (status >= 300) throw new Error(`The management API answers ${status} ${text}`);
  }

  /** Does nothing where there is no such thing. @throws as put() */
  async delete(path: string): Promise<void> {
    const { status, text } = await this.ask('DELETE', path);
    if (status >= 300 && status !== 404) throw new Error(`The management API answers ${status} ${text}`);
  }

  private async ask(method: 'GET' | 'PUT' | 'DELETE', path: string, json?: string): Promise<{ status: number; text: string }> {
    const headers = { authorization: this.authorization, ...(json !== undefined && { 'content-type': 'application/json' }) };
    const { statusCode: status, body } = await request(new URL(path, this.base), { method, headers, signal: AbortSignal.timeout(patience), ...(json !== undefined && { body: json }) });
    return { status, text: await body.text() };
  }
}

export const managementAway = { code: 'management-api-away', detail: "RabbitMQ's management API does not answer as it should: see AMQP_MANAGEMENT_URL." };
