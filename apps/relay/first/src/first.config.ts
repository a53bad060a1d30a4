import { registerAs } from '@nestjs/config';
import { milliseconds, readSettings } from '@warren/service';
import { z } from 'zod';

const mostMessages = 100_000;
const error = `must be a whole number from 0 to ${mostMessages}`;

const Environment = z
  .object({
    /** How many messages first starts by itself in each run. */
    RELAY_COUNT: z.string().regex(/^\d+$/, error).transform(Number).pipe(z.number().max(mostMessages, error)).default(100),
    /** How often it starts one, in milliseconds. */
    RELAY_INTERVAL: milliseconds().pipe(z.number().min(1, 'must be 1 or more')).default(50),
    /** After how many milliseconds a journey of it is stalled: relayDeadline. */
    RELAY_DEADLINE: milliseconds(7 * 86_400_000).pipe(z.number().min(1, 'must be 1 or more')).optional(),
  })
  .transform((env) => ({ count: env.RELAY_COUNT, interval: env.RELAY_INTERVAL }));

export const firstConfig = registerAs('first', () => readSettings(Environment, process.env));
