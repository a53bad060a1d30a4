/** Between two attempts, in milliseconds: the bus's shortest and longest band, 100 ms and about 19 days. Source: docs/protocol.md, Retries and dead letters. */
export const shortestDelay = 100;
export const longestDelay = 100 * 2 ** 24 - 1;

const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
export const durationPattern = /^(\d{1,9})(ms|s|m|h|d)$/;

/** Milliseconds of `500ms`, `10s`, `5m`, `1h` or `2d`; NaN of anything else. */
export function millisecondsOf(duration: string): number {
  const [, count, unit] = durationPattern.exec(duration) ?? [];
  return Number(count) * (unit ? units[unit as keyof typeof units] : NaN);
}

/** In the largest unit that holds it without a fraction. */
export function durationOf(milliseconds: number): string {
  const [unit, size] = Object.entries(units).findLast(([, size]) => milliseconds % size === 0) ?? ['ms', 1];
  return `${milliseconds / size}${unit}`;
}
