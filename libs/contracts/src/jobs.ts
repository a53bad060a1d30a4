import { contract, flow } from '@warren/protocol';
import { z } from 'zod';

/** The states of a job. It can be cancelled while it is queued, and run again when it is dead. */
export const JobState = z.enum(['queued', 'processing', 'retrying', 'done', 'dead', 'cancelled']);
export type JobState = z.infer<typeof JobState>;

const job = z.uuid();
/** From 1; one more each time that a job is run again. */
const round = z.number().int().positive();

/** sender publishes `submitted`, receiver does the work and tells with `changed` what becomes of it. */
export const jobs = flow('jobs', {
  submitted: contract('job.submitted', z.object({ job, round, message: z.string(), session: z.string() }), { line: '{message}' }),
  /** Asks for the end of a job that nobody has begun. receiver tells what came of it. */
  cancelling: contract('job.cancelling', z.object({ job, round })),
  /** The last attempt of a round failed, or its message could not be handled at all: it is a dead letter. */
  failed: contract('job.failed', z.object({ job, round, error: z.string() })),
  /** What receiver knows of a job. Of two of one job that with the higher step is newer, in whatever order they come. */
  changed: contract('job.changed', z.object({
    job, round,
    step: z.number().int().positive(),
    state: JobState,
    at: z.iso.datetime(),
    /** Attempts begun in this round. */
    attempts: z.number().int().nonnegative(),
    /** Who did that; null where nobody has begun it. */
    instance: z.string().nullable(),
    error: z.string().nullable(),
  }), { line: '{job} is {state}' }),
}); // prettier-ignore
