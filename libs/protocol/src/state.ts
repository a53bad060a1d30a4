import { z } from 'zod';

/** The states of the whole system. INIT passes into RUNNING by itself. */
export const States = ['INIT', 'RUNNING', 'PAUSED', 'SHUTDOWN'] as const;
export const State = z.enum(States).meta({ id: 'State' });
export type State = z.infer<typeof State>;

/** Reads what a caller typed: any case, blanks around it, PAUSE for PAUSED. Undefined when it is no state. */
export function parseState(text: string): State | undefined {
  const word = text.trim().toUpperCase();
  const parsed = State.safeParse(word === 'PAUSE' ? 'PAUSED' : word);
  return parsed.success ? parsed.data : undefined;
}

/** Why a system in `from` cannot be asked for `to`; undefined when it can. Out of SHUTDOWN leads only INIT. */
export function refusal(from: State, to: State): string | undefined {
  const refused = from === 'SHUTDOWN' && (to === 'RUNNING' || to === 'PAUSED');
  return refused ? `The system is shut down: ask for INIT first, ${to} is reached from there.` : undefined;
}
