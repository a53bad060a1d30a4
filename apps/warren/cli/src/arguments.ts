import { InvalidArgumentError } from 'commander';

export function countOf(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It is a whole number.');
}

/** For an argument that can be given several times. */
export const textsOf = (text: string, before: readonly string[] = []): string[] => [...before, text];
export const countsOf = (text: string, before: readonly number[] = []): number[] => [...before, countOf(text)];

export function rateOf(text: string): number {
  const rate = Number(text);
  if (rate > 0 && rate <= 100_000) return rate;
  throw new InvalidArgumentError('It is a number of messages a second, more than 0 and at most 100000.');
}
