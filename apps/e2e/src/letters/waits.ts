/** One message on its way into a delay band, or back out of it to its consumer's queue, as the broker routed it. */
export interface Passing {
  way: 'in' | 'out';
  /** Milliseconds, monotonic. */
  at: number;
  /** Which wait it is: alike for the two passings of one, and for those of its repetitions after a crash. */
  key: string;
  message: string;
  /** The attempt that comes after the wait. */
  attempt: number;
}

/** From when until when something was away. */
export interface Outage {
  from: number;
  to: number;
}

export interface Wait {
  key: string;
  /** Milliseconds over the upper end of its band, outages of the broker left out; negative: within. Infinity: it never came back. */
  late: number;
}

/** Where the band of a delay ends: band n holds 100·2ⁿ to 100·2ⁿ⁺¹ milliseconds (docs/protocol.md, Retries and dead letters). */
export const bandEnd = (delay: number): number => 100 * 2 ** (Math.floor(Math.log2(Math.max(delay, 100) / 100)) + 1);

/**
 * How late each wait was: until the first way out after its way in. What a crash repeated may share that one.
 * @param delayOf what is declared, in milliseconds
 */
export function waitsOf(passings: readonly Passing[], outages: readonly Outage[], delayOf: (into: Passing) => number): Wait[] {
  return [...Map.groupBy(passings, ({ key }) => key)].flatMap(([key, all]) => {
    const outs = all.filter(({ way }) => way === 'out').map(({ at }) => at);
    return all.filter(({ way }) => way === 'in').map((into) => {
      const out = Math.min(...outs.filter((at) => at > into.at));
      return { key, late: out - into.at - bandEnd(delayOf(into)) - overlap(outages, into.at, out) };
    });
  });
}

/** @throws naming some of those that are under way, while there are any */
export function allEnded(waits: Wait[]): Wait[] {
  const open = waits.filter(({ late }) => late === Infinity).map(({ key }) => key);
  if (open.length > 0) throw new Error(`${open.length} wait: ${open.slice(0, 5).join(', ')}`);
  return waits;
}

const overlap = (outages: readonly Outage[], from: number, to: number): number =>
  outages.reduce((sum, outage) => sum + Math.max(0, Math.min(to, outage.to) - Math.max(from, outage.from)), 0);
