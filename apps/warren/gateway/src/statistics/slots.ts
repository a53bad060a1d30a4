/** A stretch of time that the observer has rolled up: a minute or an hour from its begin on. */
export interface Slot {
  minutes: number;
  slot: Date;
}

/** What is read from the attempts themselves: from then until just before that. */
export interface Gap {
  from: Date;
  /** `infinity`, as Postgres calls it: all that is newer. */
  to: Date | 'infinity';
}

/** What slots leave of a window until now. @param slots which do not overlap, none before the window */
export function gapsOf(since: Date, slots: readonly Slot[]): Gap[] {
  const gaps: Gap[] = [];
  let from = since;
  for (const { slot, minutes } of slots.toSorted((one, other) => one.slot.getTime() - other.slot.getTime())) {
    if (slot > from) gaps.push({ from, to: slot });
    from = new Date(slot.getTime() + minutes * 60_000);
  }
  return [...gaps, { from, to: 'infinity' }];
}
