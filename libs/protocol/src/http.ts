import { z } from 'zod';
import { State } from './state.js';

/** Shapes of the operations API. The gateway makes its DTOs from them; the CLI and the console read with them. */
const count = z.number().int().nonnegative();
const instant = z.iso.datetime();

/** What one instance, or a service without one, answered to a transition. */
export const TransitionEntry = z
  .object({
    service: z.string(),
    /** Null: the service is on the roster and no instance of it runs. */
    instance: z.string().nullable(),
    confirmedAt: instant.nullable(),
  })
  .meta({ id: 'TransitionEntry' });
export type TransitionEntry = z.infer<typeof TransitionEntry>;

/** Messages of one flow that a pause has not seen finished. */
export const FlowOpen = z.object({ flow: z.string(), open: count, waitingForRetry: count }).meta({ id: 'FlowOpen' });
export type FlowOpen = z.infer<typeof FlowOpen>;

export const Transition = z
  .object({
    id: z.uuid(),
    epoch: count,
    run: count,
    from: State,
    to: State,
    /** Who asked: a key's name, or `anonymous` on loopback. */
    by: z.string(),
    /** The state the system is in now, as GET /state answers it. */
    state: State,
    askedAt: instant,
    /** When all confirmed; null when the deadline came first. */
    confirmedAt: instant.nullable(),
    /** Only for PAUSED and SHUTDOWN: nothing rooted before it is open. */
    quiet: z.boolean().nullable(),
    quietAt: instant.nullable(),
    open: z.array(FlowOpen),
    entries: z.array(TransitionEntry),
  })
  .meta({ id: 'Transition' });
export type Transition = z.infer<typeof Transition>;

export const SystemState = z
  .object({
    state: State,
    run: count,
    epoch: count,
    /** Every instance of every service on the roster has confirmed this epoch. */
    converged: z.boolean(),
    since: instant,
    /** Seconds since it was read from the database; more than 0 only while the database is away. */
    age: z.number().nonnegative(),
  })
  .meta({ id: 'SystemState' });
export type SystemState = z.infer<typeof SystemState>;

export const InstanceStatus = z
  .object({
    instance: z.string(),
    version: z.string(),
    startedAt: instant,
    lastBeat: instant,
    epoch: count,
    requests: count,
    handled: count,
    memory: count,
    lag: z.number().nonnegative(),
  })
  .meta({ id: 'InstanceStatus' });
export type InstanceStatus = z.infer<typeof InstanceStatus>;

export const ServiceStatus = z.object({ service: z.string(), instances: z.array(InstanceStatus) }).meta({ id: 'ServiceStatus' });
export type ServiceStatus = z.infer<typeof ServiceStatus>;
export const Services = z.object({ items: z.array(ServiceStatus) }).meta({ id: 'Services' });
export type Services = z.infer<typeof Services>;

/** What happens when the journal's backlog is full. pause: the sources are stopped. drop: the broker drops the oldest of it. */
export const WhenFull = z.enum(['pause', 'drop']);
export type WhenFull = z.infer<typeof WhenFull>;

/** How far the journal is behind what is published. */
export const JournalBacklog = z
  .object({
    /** Messages and reports that wait to be journalled; null: the broker cannot be asked. As the broker counts them, every few seconds. */
    messages: count.nullable(),
    bytes: count.nullable(),
    /** Bytes at which it is full. */
    limit: count,
    /** What happens then, as it is now: also where it is to be dropped, the sources are stopped as long as the broker has no rule to. */
    full: WhenFull,
    /** Messages and reports that were dropped, as far as this gateway has seen since its start. */
    dropped: count,
    /** What was published so many seconds ago, and before, is in the journal; null: nothing was ever journalled. */
    seconds: z.number().nonnegative().nullable(),
  })
  .meta({ id: 'JournalBacklog' });
export type JournalBacklog = z.infer<typeof JournalBacklog>;

/** What POST /api/v1/flows/{flow}/{contract} answers. */
export const Published = z.object({ id: z.uuid(), journey: z.uuid(), flow: z.string(), contract: z.string(), topic: z.string() }).meta({ id: 'Published' });
export type Published = z.infer<typeof Published>;

export const NodeStatistic = z
  .object({ fd_used: count, sockets_used: count, mem_used: count, disk_free: count, uptime: count })
  .meta({ id: 'NodeStatistic' });
export type NodeStatistic = z.infer<typeof NodeStatistic>;

export const QueueStatistic = z
  .object({
    queue: z.string(),
    message_delivery_rate: z.number(),
    message_publishing_rate: z.number(),
    messages_delivered_recently: z.number(),
    messages_published_recently: z.number(),
  })
  .meta({ id: 'QueueStatistic' });
export type QueueStatistic = z.infer<typeof QueueStatistic>;

/** One line of a flow's message log. */
export const LogLine = z
  .object({ seq: count, at: instant, topic: z.string(), line: z.string(), id: z.uuid(), journey: z.uuid() })
  .meta({ id: 'LogLine' });
export type LogLine = z.infer<typeof LogLine>;
export const LogPage = z.object({ items: z.array(LogLine), next: z.string().nullable() }).meta({ id: 'LogPage' });
export type LogPage = z.infer<typeof LogPage>;

/** The classic line: `2020-10-01T06:35:01.373Z Topic my.o: MSG_1`. A topic is any bytes, and must not begin a line of its own. */
export const logLineText = ({ at, topic, line }: Pick<LogLine, 'at' | 'topic' | 'line'>): string => `${at} Topic ${topic.replaceAll(/[\r\n]/g, ' ')}: ${line}`;

export const Role = z.enum(['viewer', 'operator', 'admin']);
export type Role = z.infer<typeof Role>;

/** One line of the keys file: who may call. The key itself is nowhere; `sha256` is its digest in hex. */
export const KeyRecord = z.object({ id: z.string(), name: z.string(), role: Role, sha256: z.string().regex(/^[0-9a-f]{64}$/), createdAt: instant });
export type KeyRecord = z.infer<typeof KeyRecord>;
