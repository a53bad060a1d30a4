const units = [['d', 86_400_000], ['h', 3_600_000], ['min', 60_000], ['s', 1_000]] as const; // prettier-ignore

/** Milliseconds in the largest unit that they are whole in: 2 min, 90 s, 1500 ms. */
export function span(milliseconds: number): string {
  const [unit, size] = units.find(([, size]) => milliseconds >= size && milliseconds % size === 0) ?? ['ms', 1];
  return `${milliseconds / size} ${unit}`;
}
