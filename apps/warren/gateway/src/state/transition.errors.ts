import { ProblemError } from '@warren/service';
import { type Transition, type TransitionEntry } from '@warren/protocol';

/** Another gateway has decided something in the midst of a transition: this one lost its lock. */
export class SupersededError extends Error {
  override name = 'SupersededError';
}

export const refusedProblem = (detail: string) => new ProblemError(409, { code: 'system-is-shut-down', detail });

export const databaseAwayProblem = () =>
  new ProblemError(503, { code: 'database-away', detail: 'The database does not answer, so no state can be decided: GET /state tells which one holds.' }, { 'Retry-After': '5' });

const nameOf = ({ service, instance }: TransitionEntry): string => instance ?? `${service} (no instance runs)`;

/** Says who did and who did not confirm. @param brokerAway the broker has not taken the commands either. */
export function unconfirmedProblem(transition: Transition, deadline: number, brokerAway: boolean): ProblemError {
  const confirmed = transition.entries.filter(({ confirmedAt }) => confirmedAt).map(nameOf);
  const unconfirmed = transition.entries.filter(({ confirmedAt }) => !confirmedAt).map(nameOf);
  const cause = brokerAway ? ' The broker does not take the commands: it is away, or an alarm (memory, disk) blocks it.' : '';
  const detail = `${transition.state} is decided and the system goes on towards it, but within ${deadline} ms it was not confirmed by ${unconfirmed.join(', ')}.${cause}`;
  return new ProblemError(504, { code: 'not-confirmed', detail, confirmed, unconfirmed, transition });
}
