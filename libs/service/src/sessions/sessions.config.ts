import { randomBytes } from 'node:crypto';
import { registerAs } from '@nestjs/config';
import { z } from 'zod';
import { list, readSettings, url } from '../settings/read-settings.js';

const shortest = 16;

const Environment = z
  .object({
    REDIS_URL: url('redis', 'rediss').optional(),
    SESSION_SECRET: list()
      .refine((secrets) => secrets.every(({ length }) => length >= shortest), { error: `must be ${shortest} characters or more, several with commas between` })
      .default([]),
  })
  .transform(({ REDIS_URL, SESSION_SECRET }) => ({
    redisUrl: REDIS_URL,
    secret: SESSION_SECRET.length > 0 ? SESSION_SECRET : [randomBytes(24).toString('base64url')],
    secretIsOurs: SESSION_SECRET.length === 0,
  }));

/**
 * REDIS_URL: where sessions are kept; without it, in the service's own schema.
 * SESSION_SECRET: what cookies are signed with, 16 characters or more, the same for every instance; of several the first signs and all are believed, so that it can be
 * changed. Without it, a random one of this process: for one process in development, as no other believes its cookies.
 */
export const sessionsConfig = registerAs('sessions', () => readSettings(Environment, process.env));
