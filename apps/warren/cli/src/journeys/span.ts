/** How long something took: `12 ms`, `1.2 s`, `95 s`. */
export function span(milliseconds: number): string {
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1_000).toLocaleString('en', { maximumFractionDigits: milliseconds < 10_000 ? 1 : 0 })} s`;
}
