import { join } from 'node:path';
import { registerAs } from '@nestjs/config';
import { readSettings } from '@warren/service';
import { z } from 'zod';

const Environment = z
  .object({
    /** The targets; where they are described: targets.schema.json. */
    TARGETS_FILE: z.string().default(join(__dirname, '../targets.yaml')),
    /** How long a delivery can be looked up. */
    DELIVERY_RETENTION_DAYS: z.string().regex(/^0*[1-9]\d{0,4}$/, 'must be a whole number of days above 0').transform(Number).default(30),
  })
  .transform((env) => ({ targetsFile: env.TARGETS_FILE, retentionDays: env.DELIVERY_RETENTION_DAYS }));

export const notifierConfig = registerAs('notifier', () => readSettings(Environment, process.env));

/** What the references of targets (`${NAME}`) stand for. Not a part of the settings, which are logged. */
export const referenced = (): NodeJS.ProcessEnv => process.env;
