import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type System } from '../system/system.js';

const time = z.iso.datetime();
const Line = z.object({
  context: z.literal('Finished'),
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
export type Line = z.infer<typeof Line>;

/** What last has logged of finished messages, in order. @throws ZodError when a line is not as it should be */
export function finishedLines(system: System): Line[] {
  const log = readFileSync(join(system.folder, 'logs/relay-last.1.log'), 'utf8');
  const whole = log.slice(0, log.lastIndexOf('\n') + 1).split('\n');
  return whole.filter((line) => line.includes('"broker_message_id"')).map((line) => Line.parse(JSON.parse(line)));
}
