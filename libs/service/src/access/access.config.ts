import { registerAs } from '@nestjs/config';
import { z } from 'zod';
import { list, readSettings } from '../settings/read-settings.js';

const proxy = z.union([z.enum(['loopback', 'linklocal', 'uniquelocal']), z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()]);
const proxies = list()
  .refine((words) => words.every((word) => proxy.safeParse(word).success), { error: 'must be addresses such as 10.0.0.0/8, or loopback, linklocal, uniquelocal, with commas between' })
  .default([]);

const Environment = z
  .object({ WARREN_KEYS_FILE: z.string().optional(), ALLOWED_HOSTS: list().default([]), CORS_ORIGINS: list().default([]), TRUST_PROXY: proxies })
  .transform(({ WARREN_KEYS_FILE, ALLOWED_HOSTS, CORS_ORIGINS, TRUST_PROXY }) => ({
    keysFile: WARREN_KEYS_FILE,
    allowedHosts: ALLOWED_HOSTS.map((name) => name.toLowerCase()),
    corsOrigins: CORS_ORIGINS,
    trustProxy: TRUST_PROXY,
  }));

/**
 * WARREN_KEYS_FILE: the keys that may call; without any, only loopback may.
 * ALLOWED_HOSTS: names besides loopback's by which callers reach the service. CORS_ORIGINS: web pages elsewhere that may call it.
 * TRUST_PROXY: addresses of load balancers, whose X-Forwarded-Proto and X-Forwarded-For are believed; nobody's by default.
 */
export const accessConfig = registerAs('access', () => readSettings(Environment, process.env));
