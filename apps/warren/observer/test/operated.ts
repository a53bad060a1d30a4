import { type Delivery } from '@warren/bus';
import { Database } from '@warren/database';
import { headers, names, newId, type Envelope, type ObserverRequest, type Operation, type Refusal } from '@warren/protocol';
import { FaultProxy, testBroker, testDatabase, waitFor, type TestBroker, type TestDatabase } from '@warren/testing';
import { Intake } from '../src/dead-letters/intake.js';
import { readEntry } from '../src/journal/entry.js';
import { JournalWriter } from '../src/journal/journal.writer.js';
import { migrations } from '../src/migrations/index.js';
import { message } from './deliveries.js';
import { ObserverProcess } from './observer-process.js';

type WithoutId<R> = R extends unknown ? Omit<R, 'id' | 'by'> : never;
/** A request as an operator thinks of it. */
export type Asked = WithoutId<ObserverRequest> & { id?: string };

/** A row of the view of operations. */
export type Seen = Pick<Operation, 'id' | 'kind' | 'state' | 'total' | 'done' | 'problem'> &
  Record<'open' | 'handled' | 'dead_again' | 'discarded' | 'adopted' | 'replayed' | 'refused', number>;

/** What came to a queue. */
export interface Arrived {
  payload: string;
  properties: { message_id?: string; correlation_id?: string; type?: string; content_type?: string; headers: Record<string, unknown> };
}

/** A broker and a database of their own, observers as processes on them, and what an operator and a consumer see. */
export class Operated {
  private readonly intake: Intake;
  private readonly writer: JournalWriter;

  private constructor(
    readonly broker: TestBroker,
    readonly database: TestDatabase,
    /** Between the observers and their servers. */
    readonly toBroker: FaultProxy,
    readonly toDatabase: FaultProxy,
    readonly direct: Database,
  ) {
    this.intake = new Intake(direct);
    this.writer = new JournalWriter(direct, { command: undefined });
  }

  static async start(): Promise<Operated> {
    const [broker, database] = await Promise.all([testBroker(), testDatabase()]);
    const direct = new Database({ url: database.url, schema: 'observer', migrations });
    await direct.start();
    return new Operated(broker, database, await FaultProxy.to(broker.url), await FaultProxy.to(database.url), direct);
  }

  /** An observer that has heard that the system is RUNNING, or one that a failpoint ends. */
  async observer(settings: NodeJS.ProcessEnv = {}): Promise<ObserverProcess> {
    const observer = ObserverProcess.start(this.broker, { AMQP_URL: this.toBroker.url, DATABASE_URL: this.toDatabase.url, ...settings });
    await observer.hear();
    return observer;
  }

  async close(): Promise<void> {
    await Promise.all([this.direct.close(), this.toBroker.close(), this.toDatabase.close()]);
  }

  /** An empty queue. */
  async declare(queue: string, args: object = { 'x-queue-type': 'quorum' }): Promise<void> {
    await this.delete(queue).catch(() => undefined); // it was not there
    await this.broker.management(`/api/queues/${this.broker.vhost}/${queue}`, { method: 'PUT', body: { durable: true, arguments: args } });
  }

  /** To an exchange that is there. */
  async bind(exchange: string, topic: string, queue: string): Promise<void> {
    await this.broker.management(`/api/bindings/${this.broker.vhost}/e/${exchange}/q/${queue}`, { method: 'POST', body: { routing_key: topic } });
  }

  async delete(queue: string): Promise<void> {
    await this.broker.management(`/api/queues/${this.broker.vhost}/${queue}`, { method: 'DELETE' });
  }

  /** Stores dead letters of a queue. @returns their ids */
  async dead(queue: string, payloads: readonly unknown[], { redrive = 0, attempt = 1, ids = payloads.map(() => newId()) } = {}): Promise<number[]> {
    const letters = payloads.map((payload, index) => deadLetter(queue, payload, { id: ids[index], redrive, attempt }));
    return (await this.intake.takeIn(letters, { queue: names.dead })).map(({ id }) => id).sort((one, other) => one - other);
  }

  /** Adds to the journal. */
  async journal(...deliveries: Delivery[]): Promise<void> {
    await this.writer.write(deliveries.map(readEntry));
  }

  /** Forgets all that was there, but not what was announced. */
  async clear(): Promise<void> {
    await this.database.query(`truncate observer.dead_letters, observer.dead_groups, observer.dead_hours, observer.dead_notes, observer.attempts,
      observer.operations, observer.answers, observer.intakes, observer.hops, observer.messages, observer.replays`);
  }

  /** Asks as a gateway does. @returns the request's id */
  async ask(asked: Asked): Promise<string> {
    const request = { id: newId(), by: 'ann', ...asked };
    const published = () => this.broker.management<{ routed: boolean }>(`/api/exchanges/${this.broker.vhost}/amq.default/publish`, {
      method: 'POST', body: { routing_key: names.requests, properties: { delivery_mode: 2 }, payload: JSON.stringify(request), payload_encoding: 'string' },
    }); // prettier-ignore
    await waitFor(async () => (await published()).routed, { what: 'a queue of requests' });
    return request.id;
  }

  /** What the one who asked is told; null: it is done. */
  async answer(id: string): Promise<Refusal | null> {
    const { refusal } = await waitFor(async () => (await this.database.query<{ refusal: Refusal | null }>('select refusal from journal.answers where id = $1', [id])).at(0), { what: 'an answer' });
    return refusal;
  }

  /** The operation as soon as it has come to this. */
  async operation(id: string, is: (operation: Seen) => boolean = ({ state }) => state === 'done'): Promise<Seen> {
    let last: Seen | undefined;
    const look = async () => {
      [last] = await this.database.query<Seen>('select *, open::int, total::int, done::int, handled::int, adopted::int, replayed::int, refused::int from journal.operations where id = $1', [id]);
      return last && is(last) ? last : undefined;
    };
    return waitFor(look, { timeout: 15_000 }).catch((error: unknown) => {
      throw new Error(JSON.stringify(last), { cause: error });
    });
  }

  /** How many dead letters are in which state. */
  async states(where = 'true'): Promise<Record<string, number>> {
    const rows = await this.database.query<{ state: string; n: number }>(`select state, count(*)::int as n from journal.dead_letters where ${where} group by 1`);
    return Object.fromEntries(rows.map(({ state, n }) => [state, n]));
  }

  /** Publishes to a queue as any AMQP client may. */
  async put(queue: string, payloads: readonly string[], properties: object = {}): Promise<void> {
    const { management, vhost } = this.broker;
    const one = (payload: string) => management(`/api/exchanges/${vhost}/amq.default/publish`, {
      method: 'POST', body: { routing_key: queue, properties: { delivery_mode: 2, ...properties }, payload, payload_encoding: 'string' },
    }); // prettier-ignore
    for (let n = 0; n < payloads.length; n += 20) await Promise.all(payloads.slice(n, n + 20).map(one));
  }

  /** All that has come to a queue, which is empty then. */
  arrived(queue: string): Promise<Arrived[]> {
    return this.get(queue, 'ack_requeue_false');
  }

  /** Rejects all that is in a queue. */
  async reject(queue: string): Promise<void> {
    await this.get(queue, 'reject_requeue_false');
  }

  private get(queue: string, ackmode: string): Promise<Arrived[]> {
    const body = { count: 5_000, ackmode, encoding: 'auto' };
    return this.broker.management<Arrived[]>(`/api/queues/${this.broker.vhost}/${queue}/get`, { method: 'POST', body });
  }
}

/** A message as a consumer of Warren's gives it up. */
export function deadLetter(queue: string, payload: unknown, { id = newId(), ...given }: Partial<Envelope> = {}): Delivery {
  const letter = message({ exchange: names.dead, routingKey: '', payload }, { id, ...given });
  Object.assign(letter.properties.headers ?? {}, { [headers.queue]: queue, [headers.cause]: JSON.stringify({ name: 'TypeError', message: 'no' }) });
  return letter;
}
