/** The most that one chunk has. */
const largest = 500;
/** Chunks a second of an operation with a rate, so that it goes smoothly. */
const chunks = 4;

/** Spreads an operation's chunks so that it does no more than `rate` messages a second; null: as many as it can. */
export class Pace {
  private due = 0;

  constructor(private readonly rate: number | null) {}

  /** How many messages the next chunk may have. */
  get size(): number {
    return this.rate === null ? largest : Math.min(largest, Math.max(1, Math.floor(this.rate / chunks)));
  }

  /** Milliseconds until the next chunk may begin; `now` by the same clock as in did(). */
  wait(now: number): number {
    return Math.max(0, this.due - now);
  }

  /** A chunk of so many messages began at `now`. */
  did(messages: number, now: number): void {
    if (this.rate !== null) this.due = now + (messages / this.rate) * 1000;
  }
}
