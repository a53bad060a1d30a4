import { names, ObserverRequest, type Refusal } from '@warren/protocol';
import { onTeardown, type TestBroker, type TestDatabase } from '@warren/testing';
import { connect } from 'amqplib';
import { add } from './dead-letters.js';

/** The observer as the gateway sees it: it takes requests from their queue, and answers in its views. */
export interface FakeObserver {
  /** All that it was asked, in order: copies too. */
  requests: ObserverRequest[];
  /** Why it refuses one; null: it does it. A promise that never resolves is an observer that hangs. */
  willing: (request: ObserverRequest) => Promise<Refusal | null>;
}

/** A request that it has had before changes nothing. */
export async function fakeObserver(broker: TestBroker, database: TestDatabase): Promise<FakeObserver> {
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  const channel = await connection.createChannel();
  const fake: FakeObserver = { requests: [], willing: () => Promise.resolve(null) };
  const taken = new Set<string>();
  const take = (request: ObserverRequest): void => {
    fake.requests.push(request);
    if (!taken.has(request.id)) void perform(fake, database, request);
    taken.add(request.id);
  };
  await channel.consume(names.requests, (message) => {
    if (message) take(ObserverRequest.parse(JSON.parse(message.content.toString())));
  }, { noAck: true }); // prettier-ignore
  return fake;
}

/** The answer comes last: who sees it sees what was done. */
async function perform(fake: FakeObserver, database: TestDatabase, request: ObserverRequest): Promise<void> {
  const refusal = await fake.willing(request);
  const { id, kind, by } = request;
  if (!refusal) await carryOut(database, request);
  await database.query(
    `insert into journal.answers (id, at, by, action, subject, refusal) values ($1, now(), $2, $3, '{}', $4)`,
    [id, by, kind === 'steer' ? request.steer : kind, refusal && JSON.stringify(refusal)],
  );
}

/** As far as the gateway shows it. */
async function carryOut(database: TestDatabase, request: ObserverRequest): Promise<void> {
  const { id, by, kind } = request;
  const operation = { id, by, kind };
  if (kind === 'redrive' || kind === 'discard' || kind === 'replay') await add(database, 'operations', { ...operation, selection: JSON.stringify(request.selection), rate: request.rate ?? null });
  if (kind === 'adopt') await add(database, 'operations', { ...operation, selection: null, queue: request.queue });
  if (kind === 'steer') await database.query('update journal.operations set state = $2 where id = $1', [request.operation, states[request.steer]]);
  if (kind === 'edit') await database.query('update journal.dead_letters set edited = true, shown = $2 where id = $1', [request.deadLetter, Buffer.from(JSON.stringify(request.payload))]);
  if (kind === 'note') await database.query('update journal.dead_groups set notes = $2 where id = $1', [request.group, JSON.stringify([{ at: new Date(), by, text: request.text }])]);
}

const states = { pause: 'paused', resume: 'running', abort: 'aborted' };
