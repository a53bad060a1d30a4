import { PageQuery } from '@warren/service';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

/** Jobs of a page. */
export const shown = 20;

const Query = z.object({ cursor: PageQuery.shape.cursor, submitted: z.uuid().optional().catch(undefined) });

export class PageQueryDto extends createZodDto(Query) {}

/** Forms send CR LF where their user saw one line end: without the CR a message is the same as through the API. Source: HTML, multipart and urlencoded form data. */
export function withLineFeeds(form: unknown): unknown {
  const { message, ...rest } = { ...(form as { message?: unknown } | undefined) };
  return { ...rest, message: typeof message === 'string' ? message.replaceAll('\r\n', '\n') : message };
}
