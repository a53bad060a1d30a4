import { join } from 'node:path';
import { PrivateRedis, type Fsync } from '@warren/testing';
import type { Contest } from '../comparison.js';
import type { Running } from '../harness/measure.js';
import { RoleProcess } from '../harness/role-process.js';
import { fillQueue } from './bullmq-queue.js';
import { Warren } from './warren.js';

/** Where the deliveries go, and how many. */
export interface Round {
  url: string;
  secret: string;
  deliveries: number;
  /** A temporary one. */
  folder: string;
  /** Process ids of broker and database, where they are ours. */
  servers: ReadonlyMap<string, number>;
}

/** One that is set up, with all that it has to deliver. */
export interface Ready extends Pick<Running, 'others' | 'begin'> {
  /** Its own process, where the bench talks to it. */
  sender?: RoleProcess;
  stop: () => Promise<void>;
}

export interface Rival {
  readonly name: string;
  /** What becomes of a delivery when something ends. */
  readonly durability: string;
  start(round: Round): Promise<Ready>;
}

const plain: Rival = {
  name: 'undici',
  durability: 'nothing is stored: what is not delivered when the process ends is lost',
  async start(round) {
    const sender = await senderOf('plain', round);
    return { sender, others: new Map(), stop: () => sender.stop() };
  },
};

const bullmq = (fsync: Fsync, durability: string): Rival => ({
  name: `BullMQ, fsync ${fsync}`,
  durability,
  async start(round) {
    const redis = await PrivateRedis.start({ folder: join(round.folder, 'redis'), fsync });
    try {
      await fillQueue(redis.port, round.deliveries);
      const sender = await senderOf('bullmq', round, { BENCH_REDIS_PORT: String(redis.port) });
      return { sender, others: new Map([['redis', redis.pid]]), stop: async () => (await sender.stop(), redis.stop()) };
    } catch (error) {
      await redis.stop();
      throw error;
    }
  },
});

const warren: Rival = {
  name: 'Warren',
  durability: 'quorum queue, confirmed after its fsync; each attempt and its answer in Postgres, committed with fsync before the message is acknowledged; all in the journal',
  async start({ servers, ...round }) {
    const running = await Warren.start(round);
    return { others: new Map([...running.pids, ...servers]), begin: () => running.begin(), stop: () => running.stop() };
  },
};

const everysec = bullmq('everysec', "jobs in Redis's log of writes: a second of what was done is lost, and done again or never, when the machine ends");
const always = bullmq('always', "jobs in Redis's log of writes, synced before each write is answered");

export const rivals: readonly Rival[] = [plain, everysec, always, warren];

export const contests: readonly Contest[] = [
  { bench: 'deliveries', ours: warren, peer: plain, target: 0.8 },
  { bench: 'deliveries', ours: warren, peer: everysec, target: 1.5 },
  { bench: 'deliveries', ours: warren, peer: always, target: null },
];

const senderOf = (script: string, { url, secret, deliveries }: Round, more: NodeJS.ProcessEnv = {}): Promise<RoleProcess> =>
  RoleProcess.start(join(__dirname, `${script}.js`), 'sender', { BENCH_URL: url, BENCH_SECRET: secret, BENCH_MESSAGES: String(deliveries), ...more });
