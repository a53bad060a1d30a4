import { registerAs } from '@nestjs/config';
import { milliseconds, readSettings } from '@warren/service';
import { z } from 'zod';

const share = 'must be a share from 0 to 1';

const Environment = z
  .object({
    /** A job takes from 0 to so many milliseconds. Ten of them in hand stay under the time that the broker waits for one. */
    JOB_WORK: milliseconds(300_000).default(5_000),
    /** How many of the attempts fail. */
    JOB_FAILS: z.coerce.number({ error: share }).min(0, share).max(1, share).default(0.2),
  })
  .transform(({ JOB_WORK, JOB_FAILS }) => ({ work: JOB_WORK, fails: JOB_FAILS }));

export const receiverConfig = registerAs('receiver', () => readSettings(Environment, process.env));
