import { registerAs } from '@nestjs/config';
import { milliseconds, readSettings } from '@warren/service';
import { z } from 'zod';

const Environment = z.object({
  /** How long imed waits before it answers, in milliseconds. */
  IMED_DELAY: milliseconds().default(1_000),
});

export const imedConfig = registerAs('imed', () => ({ delay: readSettings(Environment, process.env).IMED_DELAY }));
