import { type TargetsProblem } from '@warren/protocol';

/** Messages wait for targets that are not in the file any more, and nobody has said what becomes of them. */
export class MessagesWaitingError extends Error {
  override name = 'MessagesWaitingError';
  constructor(waiting: readonly { name: string; waiting: number }[]) {
    const each = waiting.map((one) => `${one.waiting} for "${one.name}"`).join(', ');
    super(`The file leaves out targets for which messages wait (${each}): reload with waiting "deliver" to deliver those first, or with "dead" to make them dead letters.`);
  }
}

/** The file cannot take effect as it is. */
export class TargetsRefusedError extends Error {
  override name = 'TargetsRefusedError';
  constructor(readonly problems: readonly TargetsProblem[]) {
    super(problems.map(({ line, message }) => (line === null ? message : `line ${line}: ${message}`)).join('; '));
  }
}
