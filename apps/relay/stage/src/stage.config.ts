import { registerAs } from '@nestjs/config';
import { stages } from '@warren/contracts';
import { milliseconds, readSettings } from '@warren/service';
import { z } from 'zod';

const Environment = z
  .object({
    /** Which stage this process is. */
    RELAY_STAGE: z.string().refine((name) => stages.includes(name), `must be one of ${stages.join(', ')}`),
    /** How long a message is kept at least, in milliseconds. */
    RELAY_WAIT_LEAST: milliseconds().default(5_000),
    /** How long at the most. */
    RELAY_WAIT_MOST: milliseconds().default(10_000),
    /** After how many milliseconds a journey of it is stalled: relayDeadline. */
    RELAY_DEADLINE: milliseconds(7 * 86_400_000).pipe(z.number().min(1, 'must be 1 or more')).optional(),
  })
  .refine((env) => env.RELAY_WAIT_LEAST <= env.RELAY_WAIT_MOST, { path: ['RELAY_WAIT_LEAST'], error: 'must not be more than RELAY_WAIT_MOST' })
  .transform((env) => ({ stage: env.RELAY_STAGE, wait: { least: env.RELAY_WAIT_LEAST, most: env.RELAY_WAIT_MOST } }));

export const stageConfig = registerAs('stage', () => readSettings(Environment, process.env));

/** The stage as the module needs it to be put together; where it is none, the settings above are refused with the reason. */
export const stageName = process.env['RELAY_STAGE'] ?? '';
