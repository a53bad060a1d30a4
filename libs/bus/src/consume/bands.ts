import type { Policy } from './policy.js';

/** Delay bands double from 100 ms: 24 of them reach about 19 days. Source: docs/protocol.md, Retries and dead letters. */
export const shortestDelay = 100;
const count = 24;
export const longestDelay = shortestDelay * 2 ** count - 1;

/**
 * The band that holds a delay of so many milliseconds: band n takes [100·2ⁿ, 100·2ⁿ⁺¹).
 * A message's own expiration keeps it from being early; a longer one before it makes it late by less than the band's width.
 */
export function bandOf(delay: number): { band: number; expiration: number } {
  const expiration = Math.min(Math.max(Math.ceil(delay), shortestDelay), longestDelay);
  return { band: Math.floor(Math.log2(expiration / shortestDelay)), expiration };
}

/** The bands of the delays that policies can come to by themselves. */
export const bandsOf = (policies: readonly Pick<Policy, 'attempts' | 'delays'>[]): ReadonlySet<number> =>
  new Set(policies.flatMap(({ attempts, delays }) => delays.slice(0, attempts - 1).map((delay) => bandOf(delay).band)));
