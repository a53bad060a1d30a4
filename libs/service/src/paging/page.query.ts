import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

const most = 200;
const error = `must be a whole number from 1 to ${most}`;

/** The query of every list in pages under /api/v1. */
export const PageQuery = z.strictObject({
  limit: z.coerce.number({ error }).int({ error }).min(1, { error }).max(most, { error }).default(50).describe('Items of a page.'),
  cursor: z.string().max(500).optional().describe('Only what comes after it: the "next" of the page before.'),
});
export type PageQuery = z.infer<typeof PageQuery>;

export class PageQueryDto extends createZodDto(PageQuery) {}
