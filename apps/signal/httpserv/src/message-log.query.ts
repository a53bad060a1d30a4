import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const positive = (most: number) => z.string().regex(/^[1-9]\d*$/, 'must be a whole number from 1').transform(Number).pipe(z.number().max(most));

/** Marks a place between two lines; opaque to callers. */
export const cursorAfter = (seq: number): string => Buffer.from(String(seq)).toString('base64url');

const Cursor = z
  .string()
  .transform((text) => Buffer.from(text, 'base64url').toString())
  .pipe(z.string().regex(/^\d{1,15}$/, 'must be the "next" of an earlier page'))
  .transform(Number);

export const LogQuery = z.strictObject({
  flow: z.string().min(1).max(255).default('signal').describe('Whose message log.'),
  run: positive(2 ** 31 - 1).optional().describe('Of an earlier run. Default: the current one.'),
  cursor: Cursor.optional().describe('Only what comes after it: the "next" of a page.'),
  limit: positive(1000).optional().describe('Lines of a JSON page, 100 where nothing is said.'),
});

export class LogQueryDto extends createZodDto(LogQuery) {}
