import { z } from 'zod';
import { type System } from '../system/system.js';
import { loggedLines } from './logged.js';

const time = z.iso.datetime();
const Line = z.object({
  text: z.string(),
  history: z.array(z.string()),
  broker_message_id: z.uuid(),
  created_at: time,
  updated_at: time,
  a_at: time,
  b_at: time,
  c_at: time,
  completed_at: time,
  transfer_duration: z.number(),
});

/** What last has logged of finished messages, in order. @throws ZodError when a line is not as it should be */
export const finishedLines = (system: System): z.output<typeof Line>[] => loggedLines(system, 'relay-last', 'Finished', Line);
