import { JobState } from '@warren/contracts';
import { PageQuery } from '@warren/service';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

export const Attempt = z.object({
  round: z.number().int(),
  attempt: z.number().int(),
  instance: z.string(),
  startedAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable().describe('Null: it is under way.'),
  error: z.string().nullable(),
});
export type Attempt = z.infer<typeof Attempt>;

/** A job as its receiver knows it. */
export const ReceivedJob = z.object({
  id: z.uuid(),
  message: z.string().nullable().describe('Null: its message has not come.'),
  state: JobState,
  round: z.number().int(),
  receivedAt: z.iso.datetime(),
  doneAt: z.iso.datetime().nullable(),
  ms: z.number().int().nullable().describe('What the attempt that succeeded took.'),
  attempts: z.array(Attempt),
});
export type ReceivedJob = z.infer<typeof ReceivedJob>;

const ReceivedPage = z.object({ items: z.array(ReceivedJob), next: z.string().nullable() });

export class ReceivedJobDto extends createZodDto(ReceivedJob) {}
export class ReceivedPageDto extends createZodDto(ReceivedPage) {}
export class ReceivedQueryDto extends createZodDto(PageQuery.extend({ limit: PageQuery.shape.limit.unwrap().default(20) })) {}
