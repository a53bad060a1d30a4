/** What every pipeline carries, so that only the way of carrying it differs. */
export const exchange = 'bench';
export const topics = { original: 'my.o', intermediate: 'my.i' } as const;
export const queues = { consumer: 'bench.imed', sink: 'bench.sink' } as const;

/** Unacknowledged messages per consumer, and unconfirmed publishes of the source. */
export const inFlight = 500;

const bodyBytes = 200;

/** A payload of 200 bytes as JSON. */
export interface Load {
  n: number;
  text: string;
}

/** The n-th payload; `word` tells the original (`MSG`) from what the consumer makes of it (`Got`). */
export function load(word: 'MSG' | 'Got', n: number): Load {
  const text = `${word}_${n}`;
  const frame = JSON.stringify({ n, text }).length;
  return { n, text: text.padEnd(bodyBytes - frame + text.length, '.') };
}

/** Publishes loads 1 to `total`, at most `inFlight` of them unconfirmed at a time. */
export async function publishAll(total: number, publish: (one: Load) => Promise<unknown>): Promise<void> {
  let n = 0;
  const lane = async (): Promise<void> => {
    while (n < total) await publish(load('MSG', ++n));
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
}

/** Calls `done` once each of 1 to `total` has been seen; copies count once. */
export function countTo(total: number, done: () => void): (n: number) => void {
  const seen = new Set<number>();
  return (n) => {
    if (seen.has(n)) return;
    seen.add(n);
    if (seen.size === total) done();
  };
}
