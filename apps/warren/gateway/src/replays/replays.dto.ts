import { JourneySelection, Rate, ReplayDryRun, Replays } from '@warren/protocol';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { dto } from '../docs/dto.js';
import { operationExample } from '../operations/operations.dto.js';
import { plainText } from '../plain-text.js';

const [byIds] = JourneySelection.options;

/** One of ids and query. */
export const StartReplay = z
  .strictObject({
    ids: byIds.shape.ids.optional(),
    query: plainText(2_000).optional().describe('A search of journeys, as GET /api/v1/journeys takes it.'),
    rate: Rate.optional().describe('Messages a second at the most.'),
    dryRun: z.boolean().default(false).describe('Only count.'),
  })
  .refine(({ ids, query }) => (ids === undefined) !== (query === undefined), { error: 'Say which journeys: by one of ids and query.' });
export type StartReplay = z.infer<typeof StartReplay>;
export class StartReplayDto extends createZodDto(StartReplay) {}

export const journeysOf = ({ ids, query }: StartReplay): JourneySelection => JourneySelection.parse(ids ? { ids } : { query });

export const journeyExample = '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11';

export class ReplayDryRunDto extends dto(ReplayDryRun, { dryRun: true, total: 120, contracts: [{ contract: 'signal.original@1', total: 120 }] }) {}
export class ReplaysDto extends dto(Replays, {
  items: [{ journey: journeyExample, replay: '0193a1c9-02f1-7a4e-8d0c-5b7c1f2e3a44', state: 'replayed', refusal: null }],
  next: null,
}) {}

export const replayExample = { ...operationExample, kind: 'replay' as const, selection: { query: 'flow:signal state:dead' } };
