import { type Beat, Command, type Confirmation, Marker, names } from '@warren/protocol';
import { onTeardown, type TestBroker, type TestDatabase } from '@warren/testing';
import { type Channel, connect } from 'amqplib';

/** An instance as the wire shows it: it confirms what it is told, as long as it is willing. */
export interface FakeInstance {
  instance: string;
  /** All that it was told, in order. */
  commands: Command[];
  /** What it does with a command before it confirms; a promise that never resolves is an instance that hangs. */
  willing: (command: Command) => Promise<void>;
  beat(beat?: Partial<Beat>): void;
  /** Its process dies: the queue goes with it. */
  die(): Promise<void>;
}

let count = 0;

/** Joins the roster as an instance of the service. */
export async function fakeInstance(broker: TestBroker, service: string): Promise<FakeInstance> {
  const instance = `${service}-${(count += 1)}`;
  const connection = await connect(broker.url);
  const channel = await connection.createChannel();
  let closed: Promise<void> | undefined;
  const die = () => (closed ??= connection.close());
  onTeardown(die);
  const fake: FakeInstance = {
    instance,
    commands: [],
    willing: () => Promise.resolve(),
    beat: (beat) => channel.sendToQueue(names.beats, bodyOf({ ...beatOf(service, instance), ...beat })),
    die,
  };
  await channel.assertQueue(names.control(instance), { exclusive: true, durable: false });
  await channel.consume(names.control(instance), (message) => {
    if (message) void obey(fake, service, channel, Command.parse(JSON.parse(message.content.toString())));
  }, { noAck: true }); // prettier-ignore
  fake.beat();
  return fake;
}

async function obey(fake: FakeInstance, service: string, channel: Channel, command: Command): Promise<void> {
  fake.commands.push(command);
  await fake.willing(command);
  const confirmation: Confirmation = { epoch: command.epoch, service, instance: fake.instance, at: new Date().toISOString() };
  channel.publish(names.confirmations, '', bodyOf(confirmation));
}

const bodyOf = (body: object): Buffer => Buffer.from(JSON.stringify(body));

const beatOf = (service: string, instance: string): Beat => ({
  service, instance, epoch: 0, version: '1.2.3', startedAt: new Date().toISOString(), requests: 3, handled: 5, memory: 1000, lag: 1.5, leaving: false,
}); // prettier-ignore

/** Commits each marker to the journal, as the observer does. */
export async function fakeObserver(broker: TestBroker, database: TestDatabase): Promise<void> {
  const connection = await connect(broker.url);
  onTeardown(() => connection.close());
  const channel = await connection.createChannel();
  let seq = 100;
  await channel.consume(names.journal, (message) => {
    const marker = message && Marker.safeParse(JSON.parse(message.content.toString()));
    // Gateways probe all the time: one may still come when the database is gone, at the end of a test.
    if (marker?.success) database.query('insert into journal.markers values ($1, $2)', [marker.data.id, (seq += 1)]).catch(() => undefined);
  }, { noAck: true }); // prettier-ignore
}
