import { join } from 'node:path';
import { Published } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { type Plan } from '../fragile/contracts.js';
import { EntriesReader } from '../fragile/entries.js';
import { bootSystem } from '../system/boot-system.js';
import { Place } from '../system/place.js';
import { DeadLetterApi } from './dead-letter-api.js';

const fragileMain = 'apps/e2e/dist/fragile/main.js';

/** The fixture's service, joined to a system. @param entries the file of what happens */
export const fragileAt = (env: NodeJS.ProcessEnv, entries: string): Place =>
  new Place(fragileMain, { ...process.env, ...env, LOG_LEVEL: 'error', FRAGILE_ENTRIES: entries });

/** What a system needs for redrives, each a process that a test may kill and start with a failpoint: observer, gateway, httpserv, and the consumers that fail. */
export class Stage {
  readonly api: DeadLetterApi;
  readonly entries: EntriesReader;
  /** How many messages it has published: they have the numbers from 1. */
  published = 0;

  private constructor(readonly places: Record<'observer' | 'gateway' | 'httpserv' | 'fragile', Place>, private readonly gateway: string, file: string) {
    this.api = new DeadLetterApi(() => gateway);
    this.entries = new EntriesReader(file);
  }

  /** The system is made by `npm start`, which then leaves its places to others. */
  static async set(): Promise<Stage> {
    const system = await bootSystem({ env: { ORIG_INTERVAL: '3600000' } });
    const { services } = system.run;
    await system.program.stop();
    const settings = (name: string) => {
      const { env = {}, port = 0 } = services.find(({ service }) => service === name) ?? {};
      return { ...env, PORT: String(port), LOG_LEVEL: 'error' };
    };
    const place = (name: string, main: string) => new Place(main, { ...process.env, ...settings(name) });
    const file = join(system.folder, 'fragile.entries');
    const places = {
      observer: place('observer', 'apps/warren/observer/dist/main.js'),
      gateway: place('gateway', 'apps/warren/gateway/dist/main.js'),
      httpserv: place('signal-httpserv', 'apps/signal/httpserv/dist/main.js'),
      fragile: fragileAt(settings('signal-imed'), file),
    };
    const stage = new Stage(places, `http://127.0.0.1:${settings('gateway').PORT}`, file);
    await Promise.all(Object.values(places).map((one) => one.ready()));
    return stage;
  }

  async clear(): Promise<void> {
    for (const place of Object.values(this.places)) await place.stop();
  }

  /** Publishes messages of one plan, and resolves with their ids when the broker has them. */
  async publish(count: number, plan: Plan): Promise<string[]> {
    const first = this.published + 1;
    this.published += count;
    const ids: string[] = [];
    const rest = Array.from({ length: count }, (_, index) => first + index).values();
    const lane = async () => {
      for (const n of rest) ids.push(await this.publishOne(n, plan));
    };
    await Promise.all(Array.from({ length: 16 }, lane));
    return ids;
  }

  /** How often each message has had its effect in the journal, by its number. */
  async effects(): Promise<Map<number, number>> {
    const text = await (await fetch(`${this.gateway}/messages?flow=fragile`)).text();
    const numbers = text.split('\n').flatMap((line) => /Topic done: did (\d+)$/.exec(line)?.[1] ?? []);
    return new Map([...Map.groupBy(numbers, Number)].map(([n, all]) => [n, all.length]));
  }

  private async publishOne(n: number, plan: Plan): Promise<string> {
    const publish = () => this.api.ask('/flows/fragile/listed', { method: 'POST', body: { n, plan } });
    const { body } = await waitFor(async () => { const answer = await publish(); return answer.status === 202 && answer; }, { what: `the publish of message ${n}` }); // prettier-ignore
    return Published.parse(body).id;
  }
}
