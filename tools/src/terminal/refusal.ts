/** Why a command cannot go on: one line for people that says what to change. Ends the process with exit code 1. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
}

/** A wrong command line: exit code 2. */
export class UsageError extends Refusal {}

/** What an error says of itself, on one line. A full disk is named as such wherever it shows. */
export function reason(error: unknown): string {
  const message = isError(error) ? error.message : String(error);
  if (hasCode(error, 'ENOSPC') || /no space left on device/i.test(message)) return 'The disk is full: free some space, or move the checkout to another disk.';
  return message.replaceAll(/\s*\n\s*/g, ' ');
}

/** Whether it is a system error of that kind: `hasCode(error, 'ENOENT')`. */
export const hasCode = (error: unknown, code: string): boolean => isError(error) && 'code' in error && error.code === code;

/** Not by instanceof: under Jest Node's own errors come from another realm. */
const isError = (error: unknown): error is Error => typeof error === 'object' && error !== null && 'message' in error;
