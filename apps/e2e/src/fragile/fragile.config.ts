import { registerAs } from '@nestjs/config';
import { readSettings } from '@warren/service';
import { z } from 'zod';

const Environment = z.object({
  /** The file of what happens, shared by all instances. */
  FRAGILE_ENTRIES: z.string(),
});

export const fragileConfig = registerAs('fragile', () => ({ entries: readSettings(Environment, process.env).FRAGILE_ENTRIES }));
