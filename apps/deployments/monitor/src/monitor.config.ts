import { registerAs } from '@nestjs/config';
import { list, readSettings } from '@warren/service';
import { Webhook } from 'standardwebhooks';
import { z } from 'zod';

const isSecret = (text: string): boolean => {
  try {
    return text.startsWith('whsec_') && Boolean(new Webhook(text));
  } catch {
    return false;
  }
};

const Environment = z.object({
  /** Secrets of Standard Webhooks; where there is one, what is signed by none of them is refused. */
  MONITOR_SECRETS: list()
    .refine((secrets) => secrets.every(isSecret), 'must be secrets such as whsec_<base64>, with commas between')
    .default([]),
});

export const monitorConfig = registerAs('monitor', () => ({ secrets: readSettings(Environment, process.env).MONITOR_SECRETS }));
