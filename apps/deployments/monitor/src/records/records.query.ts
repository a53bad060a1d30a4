import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { EndpointName } from '../endpoints/endpoint-name.js';
import { bounds } from './records.store.js';

const RecordsQuery = z.strictObject({
  endpoint: EndpointName.optional().describe('Only what this endpoint got.'),
  id: z.string().min(1).max(255).optional().describe('Only requests with this webhook-id.'),
  limit: z.string().regex(/^[1-9]\d*$/, 'must be a whole number from 1').transform(Number).pipe(z.number().max(bounds.records)).default(100).describe('How many, 100 where nothing is said.'),
});

export class RecordsQueryDto extends createZodDto(RecordsQuery) {}
