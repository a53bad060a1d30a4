import { z } from 'zod';

/** RFC 9457 problem details. `type` stays `about:blank`, so `title` is the status phrase; `code` is for programs. */
export const Problem = z
  .object({
    type: z.string().default('about:blank'),
    title: z.string(),
    status: z.number().int(),
    detail: z.string().optional(),
    /** Stable, kebab-case: `system-is-shut-down`. */
    code: z.string().optional(),
    /** What is wrong with which field of the request. */
    issues: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  })
  .loose()
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** RFC 9457, section 3. */
export const problemContentType = 'application/problem+json';
