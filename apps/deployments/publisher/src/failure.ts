/** The release is not published, or nobody can say that it is: one line for stderr, and exit code 1. */
export class Failure extends Error {
  override name = 'Failure';
}

/** The broker returned it, or the gateway says that it did. */
export const noTarget = (): Failure => new Failure("No target takes releases: add or enable one in the notifier's file of targets, and see that a notifier has read it (npx warren targets).");

const longest = 500;

/** As one line, whatever its parts contain, and however long they are. */
export function oneLine(text: string): string {
  const line = text.trim().replaceAll(/\s*[\r\n]+\s*/g, ' ');
  return line.length <= longest ? line : `${line.slice(0, longest / 2)} … ${line.slice(-longest / 2)}`;
}
