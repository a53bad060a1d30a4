import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Targets } from '@warren/protocol';
import { testBroker, testDatabase, waitFor, type TestBroker } from '@warren/testing';
import { System } from '../harness/system.js';
import { bodyTemplate, concurrency, releaseOf } from './release.js';

const target = 'endpoint';
const lanes = 50;
const patience = 180_000;

export interface WarrenOptions {
  /** Of the endpoint. */
  url: string;
  secret: string;
  deliveries: number;
  /** For the targets file. */
  folder: string;
}

/** Warren with its notifier, one target, and a queue full of releases that are journalled and wait for the target. */
export class Warren {
  private constructor(private readonly system: System, private readonly broker: TestBroker, private readonly removeDatabase: () => Promise<void>) {}

  static async start({ url, secret, deliveries, folder }: WarrenOptions): Promise<Warren> {
    const file = join(folder, 'targets.yaml');
    const settings = { method: 'POST', body: bodyTemplate, timeout: '10s', attempts: 5, concurrency, secrets: ['${BENCH_SECRET}'], allow: ['127.0.0.0/8'], breaker: false };
    await writeFile(file, JSON.stringify({ targets: [{ name: target, url, ...settings }] })); // YAML takes JSON
    const [broker, database] = [await testBroker(), await testDatabase()];
    const servers = { AMQP_URL: broker.url, AMQP_MANAGEMENT_URL: broker.managementUrl, DATABASE_URL: database.url };
    const env = { ...servers, TARGETS_FILE: file, BENCH_SECRET: secret, NOTIFIER_PORT: '0', MONITOR_PORT: '0' };
    const system = await System.start({ args: ['--flows', 'deployments'], env });
    const warren = new Warren(system, broker, () => database.remove());
    await warren.fill(deliveries);
    return warren;
  }

  /** Of what works on a delivery besides broker and database. */
  get pids(): Map<string, number> {
    return new Map([['notifier', this.system.pid('deployments-notifier')], ...['observer', 'gateway'].map((name) => [name, this.system.pid(name)] as const)]);
  }

  /** Delivers what waits. */
  async begin(): Promise<void> {
    await this.post(`targets/${target}/enable`);
  }

  async stop(): Promise<void> {
    await this.system.stop();
    await this.removeDatabase();
    await this.broker.remove();
  }

  private async fill(deliveries: number): Promise<void> {
    await waitFor(() => this.post(`targets/${target}/disable`).then(() => true), { timeout: 30_000, interval: 100, what: 'the target' });
    await waitFor(async () => (await this.status())?.state === 'disabled', { what: 'a target that waits' });
    const publish = (n: number) => this.post('flows/deployments/released', releaseOf(n)).then(() => true);
    let n = 1;
    await waitFor(() => publish(n), { interval: 100, what: 'the first release' });
    const lane = async () => {
      while (n < deliveries) await publish(++n);
    };
    await Promise.all(Array.from({ length: lanes }, lane));
    await waitFor(async () => (await this.broker.queue('warren.journal')).messages === 0, { timeout: patience, interval: 200, what: 'the journal' });
    await waitFor(async () => (await this.status())?.waiting === deliveries, { interval: 200, what: `${deliveries} releases that wait` });
  }

  private async status() {
    const response = await fetch(`${this.system.url}/api/v1/targets`);
    return Targets.parse(await response.json()).items.find(({ name }) => name === target);
  }

  /** @throws unless it is done */
  private async post(path: string, body: object = {}): Promise<void> {
    const response = await fetch(`${this.system.url}/api/v1/${path}`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
  }
}
