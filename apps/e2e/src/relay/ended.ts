import { JourneyEndState } from '@warren/protocol';
import { z } from 'zod';
import { type System } from '../system/system.js';
import { loggedLines } from './logged.js';

const Line = z.object({ journey: z.uuid(), state: JourneyEndState, duration: z.number().nonnegative(), queue: z.string().optional(), cause: z.string().optional() });

/** What first has logged of the ends of its journeys, in order. @throws ZodError when a line is not as it should be */
export const endedLines = (system: System): z.output<typeof Line>[] => loggedLines(system, 'relay-first', 'Ended', Line);
