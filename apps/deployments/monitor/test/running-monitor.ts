import { type AddressInfo } from 'node:net';
import { type NestExpressApplication } from '@nestjs/platform-express';
import { createApp } from '@warren/service';
import { testBroker } from '@warren/testing';
import { type Behaviour } from '../src/behaviours/behaviour.js';
import { type Shown, type Summary } from '../src/records/records.store.js';

export interface Running {
  app: NestExpressApplication;
  url: string;
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>;
  tell(endpoint: string, behaviour: Partial<Behaviour>): Promise<void>;
  records(query?: string): Promise<Shown[]>;
  summary(endpoint: string): Promise<Summary | undefined>;
  close(): Promise<void>;
}

/** The monitor over real HTTP; a body that is no string is sent as JSON. */
export async function runningMonitor(env: Record<string, string> = {}): Promise<Running> {
  const broker = await testBroker();
  Object.assign(process.env, { AMQP_URL: broker.url, LOG_LEVEL: 'silent', ...env });
  const [{ MonitorModule }, { setupDocs }] = await Promise.all([import('../src/monitor.module.js'), import('../src/docs.js')]);
  const app = await createApp({ module: MonitorModule, setup: setupDocs });
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const call: Running['call'] = (method, path, body, headers = {}) =>
    fetch(url + path, { method, headers, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
  const items = async <T>(path: string) => ((await (await call('GET', path)).json()) as { items: T[] }).items;
  return {
    app, url, call,
    tell: async (endpoint, behaviour) => {
      const answer = await call('PUT', `/behaviours/${endpoint}`, behaviour);
      if (!answer.ok) throw new Error(await answer.text());
    },
    records: (query = '') => items<Shown>(`/records${query}`),
    summary: async (endpoint) => (await items<Summary>('/records/summary')).find((one) => one.endpoint === endpoint),
    close: () => app.close(),
  }; // prettier-ignore
}
