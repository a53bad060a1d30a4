import { registerAs } from '@nestjs/config';
import { z } from 'zod';
import { list, readSettings } from '../settings/read-settings.js';

const Environment = z
  .object({ WARREN_KEYS_FILE: z.string().optional(), ALLOWED_HOSTS: list().default([]), CORS_ORIGINS: list().default([]) })
  .transform(({ WARREN_KEYS_FILE, ALLOWED_HOSTS, CORS_ORIGINS }) => ({
    keysFile: WARREN_KEYS_FILE,
    allowedHosts: ALLOWED_HOSTS.map((name) => name.toLowerCase()),
    corsOrigins: CORS_ORIGINS,
  }));

/**
 * WARREN_KEYS_FILE: the keys that may call; without any, only loopback may.
 * ALLOWED_HOSTS: names besides loopback's by which callers reach the service. CORS_ORIGINS: web pages elsewhere that may call it.
 */
export const accessConfig = registerAs('access', () => readSettings(Environment, process.env));
