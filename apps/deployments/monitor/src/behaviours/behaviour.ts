import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

/** What an endpoint is told to do with requests. */
export const Behaviour = z.strictObject({
  mode: z
    .enum(['ok', 'fail', 'hang', 'slow', 'reset', 'gone', 'flaky'])
    .describe('ok: takes them. fail: answers `status`. hang: never answers. slow: takes them after `delay`. reset: ends the connection. gone: answers 410. flaky: fails each webhook-id `times` times, then takes it.'),
  status: z.int().min(400).max(599).default(500).describe('What fail and flaky answer.'),
  delay: z.int().min(0).max(600_000).default(1_000).describe('Milliseconds that slow waits.'),
  times: z.int().min(1).max(1_000_000).optional().describe('After so many requests it is ok again; of flaky: so many for each webhook-id, once where nothing is said.'),
  retryAfter: z.int().min(0).max(86_400).optional().describe('Seconds: what fail and flaky say in Retry-After.'),
});
export type Behaviour = z.output<typeof Behaviour>;

export class BehaviourDto extends createZodDto(Behaviour) {}
