import { registerAs } from '@nestjs/config';
import { z } from 'zod';
import { milliseconds, port, readSettings } from '../settings/read-settings.js';

const Environment = z
  .object({ HOST: z.string().default('127.0.0.1'), PORT: port().default(0), SHUTDOWN_DEADLINE: milliseconds().default(10_000) })
  .transform(({ HOST, PORT, SHUTDOWN_DEADLINE }) => ({ host: HOST, port: PORT, shutdownDeadline: SHUTDOWN_DEADLINE }));

/** HOST and PORT to listen on (PORT 0: a free one), and SHUTDOWN_DEADLINE: after how many milliseconds a stop ends the process at all costs. */
export const httpConfig = registerAs('http', () => readSettings(Environment, process.env));
