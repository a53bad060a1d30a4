import { z } from 'zod';

const Environment = z.object({
  AMQP_URL: z.url({ protocol: /^amqps?$/, error: 'AMQP_URL must be an amqp:// or amqps:// URL' }).default('amqp://guest:guest@127.0.0.1:5672'),
});

/** Where the broker is, from AMQP_URL. @throws when it is set to something that is no AMQP URL. */
export const brokerUrl = (): string => {
  const parsed = Environment.safeParse(process.env);
  if (!parsed.success) throw new Error(parsed.error.issues.map((issue) => issue.message).join('; '));
  return parsed.data.AMQP_URL;
};
