import { registerAs } from '@nestjs/config';
import { z } from 'zod';
import { readSettings } from '../settings/read-settings.js';
import { parseLogLevels } from './log-levels.js';

/** LOG_LEVEL: `info`, or with levels of single services: `info,signal-imed=debug`. */
export const logsConfig = registerAs('logs', () =>
  readSettings(z.object({ LOG_LEVEL: z.string().default('info').transform(parseLogLevels) }), process.env),
);
