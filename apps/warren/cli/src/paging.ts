import { type z } from 'zod';
import { type Gateway } from './gateway.js';

interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Listed<T> {
  readonly items: readonly T[];
  /** There are more than were asked for. */
  readonly more: boolean;
}

/** As many as the gateway gives at once. */
const mostOfPage = 200;

/** The first items of a list, page by page. */
export async function listed<T>(gateway: Gateway, schema: z.ZodType<Page<T>>, path: string, query: Record<string, string>, limit: number): Promise<Listed<T>> {
  const items: T[] = [];
  let next: string | null = null;
  do {
    const asked = new URLSearchParams({ ...query, limit: String(Math.min(mostOfPage, limit - items.length)), ...(next !== null && { cursor: next }) });
    const page: Page<T> = await gateway.json(schema, `${path}?${asked.toString()}`);
    items.push(...page.items);
    next = page.next;
  } while (next !== null && items.length < limit);
  return { items, more: next !== null };
}
