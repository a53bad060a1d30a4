import { z } from 'zod';

/** Shapes of replays: the root of a journey, published again, begins a new one. */
const count = z.number().int().nonnegative();

/** Which journeys: some by id, or all that a search of journeys finds, see journeyTerms. */
export const JourneySelection = z
  .union([z.strictObject({ ids: z.array(z.uuid()).min(1).max(1_000) }), z.strictObject({ query: z.string().max(2_000) })])
  .meta({ id: 'JourneySelection' });
export type JourneySelection = z.infer<typeof JourneySelection>;

/** replaying: claimed, on its way to the broker. refused: it could not be published; `refusal` says why. */
export const ReplayState = z.enum(['replaying', 'replayed', 'refused']);
export type ReplayState = z.infer<typeof ReplayState>;

/** What became of one journey of a replay. */
export const Replay = z
  .object({
    /** The old journey. */
    journey: z.uuid(),
    /** The new one: there is none where it was refused. */
    replay: z.uuid(),
    state: ReplayState,
    refusal: z.string().nullable(),
  })
  .meta({ id: 'Replay' });
export type Replay = z.infer<typeof Replay>;

export const Replays = z.object({ items: z.array(Replay), next: z.string().nullable() }).meta({ id: 'Replays' });
export type Replays = z.infer<typeof Replays>;

/** What a replay would publish. */
export const ReplayDryRun = z
  .object({ dryRun: z.literal(true), total: count, contracts: z.array(z.object({ contract: z.string(), total: count })) })
  .meta({ id: 'ReplayDryRun' });
export type ReplayDryRun = z.infer<typeof ReplayDryRun>;
