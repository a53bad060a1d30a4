import { Journey } from '@warren/protocol';
import { PageQuery } from '@warren/service';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { dto } from '../docs/dto.js';

const most = 1_000;
const error = `must be a whole number from 1 to ${most}`;

export const JourneyQuery = PageQuery.extend({
  limit: z.coerce.number({ error }).int({ error }).min(1, { error }).max(most, { error }).default(most).describe('Messages of a page.'),
});
export type JourneyQuery = z.infer<typeof JourneyQuery>;
export class JourneyQueryDto extends createZodDto(JourneyQuery) {}

const root = '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11';
const child = '5e0c8d1e-41f6-5d53-b5a4-0c8f6b7a9d20';
const time = (seconds: string) => `2026-11-20T06:40:${seconds}Z`;
const instance = 'signal-imed-3fa9';
const message = { aliases: [], flow: 'signal', foreign: false, differs: false };

export class JourneyDto extends dto(Journey, {
  id: root, state: 'complete', flow: 'signal', deadline: 3_600_000, startedAt: time('00.102'), endedAt: time('01.110'), system: 'RUNNING',
  totals: { messages: 2, open: 0, handled: 1, dead: 0, discarded: 0 }, replayOf: null, replays: [], queues: [],
  items: [
    {
      ...message, id: root, parent: null, parentQueue: null, contract: 'signal.original@1', topic: 'my.o', service: 'signal-orig', publishedAt: time('00.102'), at: time('00.110'),
      line: 'MSG_7', size: 16,
      hops: [{
        queue: 'signal.imed', consumer: 'signal.imed', state: 'handled', attempt: 1, redrive: 0, instance, inHand: null, retryAt: null, error: null, deadLetter: null, children: [child],
        attempts: [{ redrive: 0, attempt: 1, outcome: 'handled', service: 'signal-imed', instance, startedAt: time('00.107'), finishedAt: time('01.110'), waited: 5, took: 1003, error: null, retryAt: null }],
      }],
    },
    {
      ...message, id: child, parent: root, parentQueue: 'signal.imed', contract: 'signal.intermediate@1', topic: 'my.i', service: 'signal-imed', publishedAt: time('01.108'), at: time('01.115'),
      line: 'Got MSG_7', size: 20, hops: [],
    },
  ],
  next: null,
}) {} // prettier-ignore
