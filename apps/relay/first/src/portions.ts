/** So many numbers, the first of which is `from`. */
export interface Portion {
  from: number;
  count: number;
}

/** The same numbers, in portions of `most` at the most. */
export function portions({ from, count }: Portion, most: number): Portion[] {
  return Array.from({ length: Math.ceil(count / most) }, (_, index) => ({ from: from + index * most, count: Math.min(most, count - index * most) }));
}
