import { StartError } from '../bus.errors.js';

const preconditionFailed = 406;
const inequivalent = /inequivalent arg '(?<argument>[^']+)' for (?<kind>queue|exchange) '(?<name>[^']+)'.*?: (?<difference>received .*?)(?:"|$)/;

/** What the broker's refusal of a declaration means for the operator; other errors are given back as they are. */
export function explainMismatch(error: unknown): unknown {
  if (!(error instanceof Error) || !('code' in error) || error.code !== preconditionFailed) return error;
  const found = inequivalent.exec(error.message)?.groups;
  if (!found) return error;
  return new StartError(
    `The ${found.kind ?? ''} "${found.name ?? ''}" on the broker has another ${found.argument ?? ''} than Warren declares (${found.difference ?? ''}). ` +
      `Delete it once it is empty, or give the consumer another queue name.`,
  );
}
