import { type Task } from './running.js';
import { Supervised, type Listener } from './supervised.js';

/** When it stops: the highest first. What starts needs only what is lower; a gateway still hears that the flows' services leave the roster. */
export const rank = { servers: 0, observer: 1, gateway: 2, flows: 3 } as const;
export type Rank = (typeof rank)[keyof typeof rank];

/** All that `npm start` runs, and the order in which it stops. */
export class Supervisor {
  private readonly all: { rank: Rank; supervised: Supervised }[] = [];
  private stopping: Promise<void> | undefined;

  constructor(private readonly listener: Listener) {}

  /** Starts a task and keeps it running. @throws when it does not become ready the first time, or the supervisor is stopping */
  async start(task: Task, rank: Rank): Promise<void> {
    if (this.stopping) throw new Error('It was stopped while it started.');
    const supervised = new Supervised(task, this.listener);
    this.all.push({ rank, supervised });
    await supervised.start();
  }

  /** Stops everything in order: resolves when nothing runs any more. */
  stop(): Promise<void> {
    return (this.stopping ??= this.stopInOrder());
  }

  /** Ends everything at once. */
  async kill(): Promise<void> {
    this.stopping ??= Promise.resolve();
    await Promise.allSettled(this.all.map(({ supervised }) => supervised.kill()));
  }

  private async stopInOrder(): Promise<void> {
    for (const now of Object.values(rank).sort((a, b) => b - a)) {
      await Promise.allSettled(this.all.filter((one) => one.rank === now).map(({ supervised }) => supervised.stop()));
    }
  }
}
