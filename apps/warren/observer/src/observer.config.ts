import { registerAs } from '@nestjs/config';
import { readSettings } from '@warren/service';
import { z } from 'zod';
import { flowLimits } from './retention/flow-limits.js';

const Environment = z
  .object({
    JOURNAL_RETENTION_DAYS: positive('days').default(7),
    JOURNAL_RETENTION_BYTES: positive('bytes').default(2 * 1024 ** 3),
    JOURNAL_RETENTION_FLOWS: flowLimits().default([]),
    DEAD_LETTER_RETENTION_DAYS: positive('days').optional(),
  })
  .superRefine(({ JOURNAL_RETENTION_FLOWS: flows, JOURNAL_RETENTION_DAYS: days, JOURNAL_RETENTION_BYTES: bytes }, context) => {
    for (const { flow, ...limit } of flows) {
      if ((limit.days ?? 0) > days) refuse(context, `keeps ${flow} for ${limit.days} days, and JOURNAL_RETENTION_DAYS all for ${days}: raise that, or lower this`);
      if ((limit.bytes ?? 0) > bytes) refuse(context, `keeps ${limit.bytes} bytes of ${flow}, and JOURNAL_RETENTION_BYTES ${bytes} of all: raise that, or lower this`);
    }
  })
  .transform((env) => ({
    retention: { days: env.JOURNAL_RETENTION_DAYS, bytes: env.JOURNAL_RETENTION_BYTES, flows: env.JOURNAL_RETENTION_FLOWS, deadLetterDays: env.DEAD_LETTER_RETENTION_DAYS },
  })); // prettier-ignore

/**
 * JOURNAL_RETENTION_DAYS (7) and JOURNAL_RETENTION_BYTES (2 GB): whichever is passed first drops the journal's oldest day.
 * JOURNAL_RETENTION_FLOWS (unset: none), as `signal=3d/500MB,relay=1d`: less of single flows.
 * DEAD_LETTER_RETENTION_DAYS (unset: never) deletes dead letters.
 */
export const observerConfig = registerAs('observer', () => readSettings(Environment, process.env));

function refuse(context: z.RefinementCtx, message: string): void {
  context.addIssue({ code: 'custom', path: ['JOURNAL_RETENTION_FLOWS'], message });
}

function positive(unit: string) {
  return z.string().regex(/^0*[1-9]\d*$/, `must be a whole number of ${unit} above 0`).transform(Number);
}
