import { FoundJourneys, FoundMessages } from '@warren/protocol';
import { PageQuery } from '@warren/service';
import { createZodDto } from 'nestjs-zod';
import { type z } from 'zod';
import { dto } from '../docs/dto.js';
import { plainText } from '../plain-text.js';

const language = 'Fields with : > >= < <=, and, or, not, parentheses, * in texts; a word without a field is looked for in the line. Payload fields are those that the contract names.';

export const SearchQuery = PageQuery.extend({ q: plainText(2_000).optional().describe(language).meta({ example: 'flow:signal and outcome:dead at>2026-11-20T06:00 payload.city:Oslo' }) });
export type SearchQuery = z.infer<typeof SearchQuery>;
export class SearchQueryDto extends createZodDto(SearchQuery) {}

export class FoundMessagesDto extends dto(FoundMessages) {}
export class FoundJourneysDto extends dto(FoundJourneys) {}
