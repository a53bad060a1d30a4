import { DeadGroup, DeadGroups, type DeadLetter, DeadLetterDetail, DeadLetterHealth, DeadLetters } from '@warren/protocol';
import { PageQuery } from '@warren/service';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { dto } from '../docs/dto.js';
import { plainText } from '../plain-text.js';

const q = plainText(2_000).optional();
const language = 'Fields with : > >= < <=, and, or, not, parentheses, * in texts; a word without a field is looked for in the error and the line.';

export const LettersQuery = PageQuery.extend({ q: q.describe(`${language} Where it names no state: those that wait.`).meta({ example: 'consumer:"signal.imed" and not cause:TypeError' }) });
export type LettersQuery = z.infer<typeof LettersQuery>;
export class LettersQueryDto extends createZodDto(LettersQuery) {}

export const GroupsQuery = PageQuery.extend({
  q: q.describe(`${language} The groups of the dead letters that it finds; dead is how many it finds of each.`).meta({ example: 'flow:signal at>2026-11-20T06:00' }),
  all: z.enum(['true', 'false']).default('false').describe('Without a search: also those of which none waits any more.'),
});
export type GroupsQuery = z.infer<typeof GroupsQuery>;
export class GroupsQueryDto extends createZodDto(GroupsQuery) {}

export class NoteTextDto extends createZodDto(z.strictObject({ text: plainText(4_000, 1) })) {}

const at = '2026-11-20T06:40:00.102Z';
const stack = 'TypeError: Cannot read properties of undefined\n    at ImedConsumer.acknowledge (imed.consumer.ts)';

export const letterExample: DeadLetter = {
  id: 42, message: '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11', journey: '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11', flow: 'signal', queue: 'signal.imed', consumer: 'signal.imed',
  contract: 'signal.original@1', service: 'signal-orig', foreign: false, redrive: 0, attempt: 5, state: 'dead', group: '6f1d7c523a7e5b0e',
  cause: { name: 'TypeError', message: 'Cannot read properties of undefined' }, at, size: 16, line: 'MSG_7', edited: false, operation: null, refusal: null,
}; // prettier-ignore

const detailExample: DeadLetterDetail = {
  ...letterExample,
  cause: { ...letterExample.cause, stack },
  headers: { 'warren-at': 1795156800102 },
  contentType: 'application/json',
  payload: { text: 'MSG_7' },
  attempts: [
    { redrive: 0, attempt: 5, outcome: 'dead', service: 'signal-imed', instance: 'signal-imed-3fa9', startedAt: at, finishedAt: at, error: letterExample.cause, retryAt: null },
  ],
  hops: [{ queue: 'signal.imed', consumer: 'signal.imed', outcome: 'dead', attempt: 5, redrive: 0, instance: 'signal-imed-3fa9', startedAt: at, finishedAt: at, children: 0 }],
};

const groupExample: DeadGroup = {
  id: letterExample.group, flow: 'signal', queue: 'signal.imed', consumer: 'signal.imed', cause: { ...letterExample.cause, stack }, dead: 3, total: 12,
  firstSeen: '2026-11-19T22:10:00.000Z', lastSeen: at, trend: Array.from({ length: 24 }, (_, hour) => (hour === 23 ? 3 : 0)),
  notes: [{ at, by: 'anna', text: 'The new release of orig leaves text out.' }],
}; // prettier-ignore

const healthExample: DeadLetterHealth = {
  dead: 3,
  oldest: { id: 40, at, age: 61.5 },
  lastHour: [{ flow: 'signal', consumer: 'signal.imed', dead: 3 }],
  waiting: [{ band: 3, from: 800, to: 1600, messages: 7 }],
};

export class DeadLettersDto extends dto(DeadLetters, { items: [letterExample], next: null }) {}
export class DeadLetterDetailDto extends dto(DeadLetterDetail, detailExample) {}
export class DeadGroupDto extends dto(DeadGroup, groupExample) {}
export class DeadGroupsDto extends dto(DeadGroups, { items: [groupExample], next: null }) {}
export class DeadLetterHealthDto extends dto(DeadLetterHealth, healthExample) {}
