import { registerAs } from '@nestjs/config';
import { milliseconds, readSettings } from '@warren/service';
import { z } from 'zod';

const Environment = z.object({
  /** How often orig publishes, in milliseconds. */
  ORIG_INTERVAL: milliseconds().pipe(z.number().min(1, 'must be 1 or more')).default(3_000),
});

export const origConfig = registerAs('orig', () => ({ interval: readSettings(Environment, process.env).ORIG_INTERVAL }));
