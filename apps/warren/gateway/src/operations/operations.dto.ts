import { DryRun, Operation, Operations, Rate, Selection } from '@warren/protocol';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { dto } from '../docs/dto.js';
import { plainText } from '../plain-text.js';

const [byIds] = Selection.options;
const rate = Rate.optional().describe('Messages a second at the most.');

/** What redrive and discard take: one of ids, group and query. */
export const Start = z
  .strictObject({
    ids: byIds.shape.ids.optional(),
    group: plainText(100, 1).optional(),
    query: plainText(2_000).optional(),
    rate,
    dryRun: z.boolean().default(false).describe('Only count.'),
  })
  .refine(({ ids, group, query }) => [ids, group, query].filter((given) => given !== undefined).length === 1, { error: 'Say which dead letters: by one of ids, group and query.' });
export type Start = z.infer<typeof Start>;
export class StartDto extends createZodDto(Start) {}

export const selectionOf = ({ ids, group, query }: Start): Selection => Selection.parse(ids ? { ids } : group !== undefined ? { group } : { query });

/** Names of queues have up to 255 bytes. Source: AMQP 0-9-1, section 1.1. */
const queueName = plainText(255, 1).refine((name) => Buffer.byteLength(name) <= 255, { error: 'must have at most 255 bytes' });

export const Adopt = z.strictObject({ queue: queueName, origin: queueName.optional().describe('Where those are redriven to that do not say themselves where they died.'), rate });
export class AdoptDto extends createZodDto(Adopt) {}

export const operationExample: Operation = {
  id: '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11',
  kind: 'redrive',
  state: 'running',
  by: 'anonymous',
  at: '2026-11-20T06:40:00.102Z',
  selection: { query: 'consumer:"signal.imed" cause:TimeoutError' },
  queue: null,
  rate: 100,
  total: 1000,
  done: 300,
  outcomes: { open: 12, handled: 285, deadAgain: 2, discarded: 0, adopted: 0, replayed: 0, refused: 1 },
  finishedAt: null,
  problem: null,
};

export class OperationDto extends dto(Operation, operationExample) {}
export class OperationsDto extends dto(Operations, { items: [operationExample], next: null }) {}
export class DryRunDto extends dto(DryRun, { dryRun: true, total: 1000, queues: [{ queue: 'signal.imed', total: 1000 }] }) {}
