import { registerAs } from '@nestjs/config';
import { readSettings, url } from '@warren/service';
import { z } from 'zod';

const Environment = z
  .object({
    /** Where the receiver's pages are; without it, at the same address, as behind nginx. */
    RECEIVER_URL: url('http', 'https').optional(),
  })
  .transform(({ RECEIVER_URL = '' }) => ({ receiver: RECEIVER_URL.replace(/\/+$/, '') }));

export const senderConfig = registerAs('sender', () => readSettings(Environment, process.env));
