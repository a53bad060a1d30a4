import { registerAs } from '@nestjs/config';
import { readSettings } from '@warren/service';
import { z } from 'zod';

const Environment = z
  .object({
    JOURNAL_RETENTION_DAYS: positive('days').default(7),
    JOURNAL_RETENTION_BYTES: positive('bytes').default(2 * 1024 ** 3),
    DEAD_LETTER_RETENTION_DAYS: positive('days').optional(),
  })
  .transform((env) => ({
    retention: { days: env.JOURNAL_RETENTION_DAYS, bytes: env.JOURNAL_RETENTION_BYTES, deadLetterDays: env.DEAD_LETTER_RETENTION_DAYS },
  })); // prettier-ignore

/**
 * JOURNAL_RETENTION_DAYS (7) and JOURNAL_RETENTION_BYTES (2 GB): whichever is passed first drops the journal's oldest day.
 * DEAD_LETTER_RETENTION_DAYS (unset: never) deletes dead letters.
 */
export const observerConfig = registerAs('observer', () => readSettings(Environment, process.env));

function positive(unit: string) {
  return z.string().regex(/^0*[1-9]\d*$/, `must be a whole number of ${unit} above 0`).transform(Number);
}
