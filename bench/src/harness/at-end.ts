import { constants } from 'node:os';

type Stop = () => Promise<void>;

const stops = new Set<Stop>();

/** For what would outlive the bench: a signal that ends the bench stops it too. @returns what stops it */
export function atEnd(stop: Stop): Stop {
  const once = () => (stops.delete(once) ? stop() : Promise.resolve());
  stops.add(once);
  return once;
}

/** The last first, as each may need what was started before it. @returns the exit code, 128 + n for a signal as shells do */
export async function endBy(signal: NodeJS.Signals): Promise<number> {
  for (const stop of [...stops].reverse()) await stop().catch((error: unknown) => console.error(String(error)));
  return 128 + constants.signals[signal];
}
