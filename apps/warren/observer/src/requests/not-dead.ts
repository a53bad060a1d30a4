import { type DeadLetterState } from '@warren/protocol';
import { RequestRefused } from './request.errors.js';

const ends: Record<Exclude<DeadLetterState, 'dead'>, string> = {
  redriving: 'is being redriven',
  redriven: 'was redriven already',
  handled: 'was redriven already, and handled',
  'dead-again': 'was redriven already, and is dead again as another one',
  discarded: 'was discarded',
};

export interface Ended {
  id: number;
  state: DeadLetterState;
}

/** That nothing can be done to these; a list of a thousand would say no more than one of five. */
export function notDead(letters: readonly Ended[]): RequestRefused {
  const sentences = letters.slice(0, 5).flatMap(({ id, state }) => (state === 'dead' ? [] : [`${id} ${ends[state]}`]));
  const more = letters.length > 5 ? `, and so on: ${letters.length} in all` : '';
  return new RequestRefused(409, 'not-dead', `Dead letter ${sentences.join(', ')}${more}.`);
}

export const unknownLetter = (id: number): RequestRefused => new RequestRefused(404, 'unknown-dead-letter', `There is no dead letter ${id}.`);
