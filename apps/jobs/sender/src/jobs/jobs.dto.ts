import { JobState } from '@warren/contracts';
import { PageQuery } from '@warren/service';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

/** Bytes in UTF-8. */
const mostMessage = 4 * 1024;

/** What a caller submits. */
export const Submission = z.object(
  {
    message: z
      .string({ error: 'must be text' })
      .trim()
      .min(1, 'must not be blank')
      .refine((text) => Buffer.byteLength(text) <= mostMessage, `must be at most ${mostMessage} bytes`)
      .refine((text) => !text.includes('\0'), 'must not have NUL characters'),
    id: z.uuid('must be a UUID').optional().describe('Given again, it is the same job: a repeated request submits nothing twice.'),
  },
  'must be an object with a message',
);
export type Submission = z.infer<typeof Submission>;

/** A job as its sender knows it. */
export const Job = z.object({
  id: z.uuid(),
  message: z.string(),
  state: JobState,
  submittedAt: z.iso.datetime(),
  changedAt: z.iso.datetime(),
  round: z.number().int().describe('From 1; one more each time that it is run again.'),
  attempts: z.number().int().describe('Begun in this round.'),
  instance: z.string().nullable().describe('Who worked on it last.'),
  error: z.string().nullable(),
  cancelling: z.boolean().describe('Its end was asked for, and receiver has not said yet whether it came in time.'),
  held: z.boolean().optional().describe('True: it is stored, and starts when the system is RUNNING again.'),
});
export type Job = z.infer<typeof Job>;

const JobPage = z.object({ items: z.array(Job), next: z.string().nullable() });

export class SubmissionDto extends createZodDto(Submission) {}
export class JobDto extends createZodDto(Job) {}
export class JobPageDto extends createZodDto(JobPage) {}
export class JobsQueryDto extends createZodDto(PageQuery.extend({ limit: PageQuery.shape.limit.unwrap().default(20) })) {}
