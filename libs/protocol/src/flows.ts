import { z } from 'zod';
import { AnnouncedConsumer, AnnouncedContract, AnnouncedSource } from './journal.js';

/** Shapes of GET /api/v1/flows. The gateway makes its DTOs from them; the CLI and the console read with them. */

/** A flow as its services have announced it. */
export const FlowDetail = z
  .object({
    name: z.string(),
    exchange: z.string(),
    /** How long a journey of it may be open; null: the instances that have announced it do not say. */
    deadline: z.number().int().nonnegative().nullable().describe('milliseconds'),
    /** Those that have announced it: they have its contracts, and publish or consume some. */
    services: z.array(z.string()),
    /** Each in its newest version. */
    contracts: z.array(AnnouncedContract),
    consumers: z.array(AnnouncedConsumer.extend({ service: z.string() })),
    sources: z.array(AnnouncedSource.extend({ service: z.string() })),
  })
  .meta({ id: 'FlowDetail' });
export type FlowDetail = z.infer<typeof FlowDetail>;

export const Flows = z.object({ items: z.array(FlowDetail) }).meta({ id: 'Flows' });
export type Flows = z.infer<typeof Flows>;
