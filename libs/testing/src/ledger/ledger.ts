import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';

/** What became of the messages that were accepted. */
export interface Verdict {
  accepted: number;
  /** Accepted, and seen nowhere. */
  lost: string[];
  /** Seen more than once at the same place; `times` is how often. */
  repeated: { id: string; where: string; times: number }[];
  /** Seen somewhere else than among the dead letters. */
  handled: number;
  /** Seen among the dead letters. */
  dead: number;
  /** Seen, though nobody was told that they were accepted: the broker had them when the confirm was lost. No fault. */
  unconfirmed: string[];
}

type Entry = { accepted: string } | { seen: string; where: string };

/** The place of a message that was given up. */
export const deadLetters = 'dead';

/**
 * Who publishes keeps it, outside Warren's storage: each message whose publish was confirmed, and where it was seen afterwards.
 * Each entry is one write to a file that only grows: a kill -9 of who keeps it loses none.
 */
export class Ledger {
  private readonly file: number;

  constructor(private readonly path: string) {
    this.file = openSync(path, 'a', 0o600);
  }

  /** The message's publish was confirmed to its caller. */
  accepted(id: string): void {
    this.write({ accepted: id });
  }

  /** The message was seen at a place: a consumer's queue, or `deadLetters`. */
  seen(id: string, where: string): void {
    this.write({ seen: id, where });
  }

  verdict(): Verdict {
    return verdictOf(this.path);
  }

  close(): void {
    closeSync(this.file);
  }

  private write(entry: Entry): void {
    writeSync(this.file, `${JSON.stringify(entry)}\n`);
  }
}

/** Judges a ledger's file, also one that another process keeps or kept. */
export function verdictOf(path: string): Verdict {
  const accepted = new Set<string>();
  const places = new Map<string, Map<string, number>>();
  for (const entry of entries(path)) {
    if ('accepted' in entry) accepted.add(entry.accepted);
    else count(places, entry);
  }
  const seen = [...places];
  return {
    accepted: accepted.size,
    lost: [...accepted].filter((id) => !places.has(id)),
    repeated: seen.flatMap(([id, where]) => [...where].filter(([, times]) => times > 1).map(([place, times]) => ({ id, where: place, times }))),
    handled: seen.filter(([, where]) => [...where.keys()].some((place) => place !== deadLetters)).length,
    dead: seen.filter(([, where]) => where.has(deadLetters)).length,
    unconfirmed: seen.map(([id]) => id).filter((id) => !accepted.has(id)),
  };
}

/** A last line without its end was cut by a power failure: it was never written. */
function entries(path: string): Entry[] {
  const lines = readFileSync(path, 'utf8').split('\n').slice(0, -1);
  return lines.map((line) => JSON.parse(line) as Entry);
}

function count(places: Map<string, Map<string, number>>, { seen, where }: { seen: string; where: string }): void {
  const place = places.get(seen) ?? new Map<string, number>();
  place.set(where, (place.get(where) ?? 0) + 1);
  places.set(seen, place);
}
