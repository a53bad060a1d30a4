import { type INestApplicationContext, type LoggerService } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Bus } from '@warren/bus';
import { Database, sql } from '@warren/database';
import { endType, type JourneyEnd, names, newId, writeEnvelope } from '@warren/protocol';
import { Metrics } from '@warren/service';
import { onTeardown, testBroker, type TestBroker, testDatabase, waitFor } from '@warren/testing';
import { connect } from 'amqplib';
import { Ended } from './ended.service.js';
import { EndedStore } from './ended.store.js';

interface Line {
  level: 'log' | 'warn';
  journey: string;
  state: string;
}

const lines: Line[] = [];
const note = (level: Line['level']) => (line: Line, context: string) => context === 'Ended' && lines.push({ ...line, level });
const logger: LoggerService = { log: note('log'), warn: note('warn'), error: () => undefined };
const linesOf = ({ journey }: JourneyEnd) => lines.filter((line) => line.journey === journey);

const complete = (more: Partial<JourneyEnd> = {}): JourneyEnd =>
  ({ journey: newId(), source: 'relay.first', state: 'complete', startedAt: '2026-11-26T06:40:00.000Z', endedAt: '2026-11-26T06:40:22.500Z', deadLetters: [], ...more });
const dead = (): JourneyEnd => complete({ state: 'dead', deadLetters: [{ message: newId(), queue: 'relay.b', redrive: 0, cause: { name: 'PayloadError', message: 'text is missing' } }] });

let broker: TestBroker;
let app: INestApplicationContext;
const tell = (...ends: JourneyEnd[]) => Promise.all(ends.map((end) => app.get(Ended).note(end)));
const counted = async (state: string): Promise<number> => {
  const { values } = await (app.get(Metrics).registry.getSingleMetric('relay_journeys_ended_total')?.get() ?? { values: [] });
  return values.find(({ labels }) => labels.state === state)?.value ?? 0;
};

beforeAll(async () => {
  const [, database] = await Promise.all([testBroker().then((made) => (broker = made)), testDatabase()]);
  Object.assign(process.env, { AMQP_URL: broker.url, DATABASE_URL: database.url, RELAY_COUNT: '0', LOG_LEVEL: 'fatal' });
  const { FirstModule } = await import('./first.module.js'); // reads the environment
  app = await NestFactory.createApplicationContext(FirstModule, { logger });
  onTeardown(() => app.close());
  await waitFor(() => app.get(Bus).connected && app.get(Database).ready);
  await app.get(Bus).apply({ epoch: 1, run: 1, state: 'RUNNING', sources: true, attached: 'all' });
}, 30_000);

describe('first', () => {
  it('is told by the bus how its journeys end, and says so', async () => {
    const connection = await connect(broker.url);
    onTeardown(() => connection.close());
    const channel = await connection.createChannel();
    const [through, given] = [complete(), dead()];

    for (const end of [through, given]) {
      const { headers, ...properties } = writeEnvelope({ id: newId(), journey: end.journey, type: endType, service: 'observer', at: Date.now(), attempt: 1, redrive: 0 });
      channel.sendToQueue(names.ends('relay.first'), Buffer.from(JSON.stringify(end)), { ...properties, headers });
    }

    await waitFor(() => linesOf(through).length + linesOf(given).length === 2);
    expect(linesOf(through)).toEqual([{ level: 'log', journey: through.journey, state: 'complete', duration: 22_500 }]);
    expect(linesOf(given)).toEqual([{ level: 'warn', journey: given.journey, state: 'dead', duration: 22_500, queue: 'relay.b', cause: 'PayloadError: text is missing' }]);
  });

  it('says and counts an end once, however often it is told, also at the same time', async () => {
    const [end, before] = [complete(), await counted('complete')];

    await tell(end, end, end, end, end);
    await tell(end);

    expect(linesOf(end)).toHaveLength(1);
    expect(await counted('complete')).toBe(before + 1);
  });

  it('says that a journey came through which was dead, and not the other way round', async () => {
    const [given, late] = [dead(), dead()];

    await tell(given);
    await tell(complete({ journey: given.journey }));
    await tell(complete({ journey: late.journey }));
    await tell(given, late);

    expect(linesOf(given).map(({ state }) => state)).toEqual(['dead', 'complete']);
    expect(linesOf(late).map(({ state }) => state)).toEqual(['complete']);
  });

  it('says an end again that it could not store, so that none is missing', async () => {
    const [store, end] = [app.get(EndedStore), complete()];
    let times = 0;
    const failing = () => {
      times += 1;
      if (times === 1) throw new Error('The process ends here.');
    };

    await expect(store.once(end, failing)).rejects.toThrow('ends here');
    await store.once(end, failing);
    await store.once(end, failing);

    expect(times).toBe(2);
  });

  it('forgets what ended more than a week ago, bit by bit', async () => {
    const { kysely } = app.get(Database);
    const [recent, old] = [complete(), complete()];
    await tell(recent, old);
    for (const [{ journey }, days] of [[recent, 6], [old, 8]] as const) await sql`update ended set at = now() - ${days} * interval '1 day' where journey = ${journey}`.execute(kysely);

    await tell(complete());

    const { rows } = await sql<{ journey: string }>`select journey from ended where journey in (${recent.journey}, ${old.journey})`.execute(kysely);
    expect(rows).toEqual([{ journey: recent.journey }]);
  });
});
