import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';

/** ISO 8601, or as SQL writes it, with a blank. */
const time = z.union([z.iso.datetime({ offset: true, local: true }), z.string().regex(/^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$/)], 'must be a date and time');

/** A line of the generic log API. */
export const LogEntry = z.object({ what: z.string().min(1).max(1_000), tags: z.string().max(1_000), datetime: time });

/** An event of the generic events API; its time is in seconds. */
export const Event = z.object({ id: z.union([z.string().min(1).max(1_000), z.int()]), type: z.int(), timestamp: z.union([z.number().nonnegative(), time]) });

export class LogEntryDto extends createZodDto(LogEntry.meta({ example: { what: 'DEPLOY-v1.2.3', tags: 'code-release', datetime: '2026-11-26T10:00:00Z' } })) {}
export class EventDto extends createZodDto(Event.meta({ example: { id: 'v1.2.3', type: 2, timestamp: 1795687200 } })) {}
