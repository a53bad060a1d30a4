import { AnnouncedConsumer, AnnouncedContract, AnnouncedSource, Published } from '@warren/protocol';
import { dto } from '../docs/dto.js';
import { z } from 'zod';

/** A flow as its services have announced it. */
export const FlowDetail = z
  .object({
    name: z.string(),
    exchange: z.string(),
    contracts: z.array(AnnouncedContract),
    consumers: z.array(AnnouncedConsumer.extend({ service: z.string() })),
    sources: z.array(AnnouncedSource.extend({ service: z.string() })),
  })
  .meta({ id: 'FlowDetail' });
export type FlowDetail = z.infer<typeof FlowDetail>;

export const Flows = z.object({ items: z.array(FlowDetail) }).meta({ id: 'Flows' });
export type Flows = z.infer<typeof Flows>;

export class FlowsDto extends dto(Flows) {}
export class PublishedDto extends dto(Published) {}
