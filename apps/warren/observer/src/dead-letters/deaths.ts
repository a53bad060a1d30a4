import { z } from 'zod';

/** An entry of `x-death`, which the broker keeps newest first. Source: RabbitMQ's guide to dead lettering, "Effects on messages". */
const Death = z.object({
  queue: z.string(),
  reason: z.string(),
  exchange: z.string().default(''),
  'routing-keys': z.array(z.string()).default([]),
  count: z.number().int().positive().default(1),
});
export type Death = z.infer<typeof Death>;

/** How the broker has dead-lettered a message, the newest first; what a publisher has made up is left out. */
export function deathsOf(headers: Record<string, unknown> = {}): Death[] {
  const entries: unknown = headers['x-death'];
  if (!Array.isArray(entries)) return [];
  return entries.flatMap((entry) => {
    const { success, data } = Death.safeParse(entry);
    return success ? [data] : [];
  });
}
