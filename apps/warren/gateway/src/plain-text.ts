import { z } from 'zod';

/** Text that Postgres can keep: no NUL, no half of a surrogate pair. */
export const plainText = (most: number, least = 0) =>
  z.string().min(least).max(most).refine((text) => !text.includes('\0') && !/\p{Surrogate}/u.test(text), { error: 'must be without NUL and unpaired surrogates' });
