import { registerAs } from '@nestjs/config';
import { milliseconds, readSettings, url } from '@warren/service';
import { z } from 'zod';

const share = 'must be a share from 0 to 1';

const Environment = z
  .object({
    /** A job takes from 0 to so many milliseconds. Ten of them in hand stay under the time that the broker waits for one. */
    JOB_WORK: milliseconds(300_000).default(5_000),
    /** How many of the attempts fail. */
    JOB_FAILS: z.coerce.number({ error: share }).min(0, share).max(1, share).default(0.2),
    /** Where the sender's pages are; without it, at the same address, as behind nginx. */
    SENDER_URL: url('http', 'https').optional(),
  })
  .transform(({ JOB_WORK, JOB_FAILS, SENDER_URL = '' }) => ({ work: JOB_WORK, fails: JOB_FAILS, sender: SENDER_URL.replace(/\/+$/, '') }));

export const receiverConfig = registerAs('receiver', () => readSettings(Environment, process.env));
