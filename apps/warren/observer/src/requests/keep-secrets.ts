import { isDeepStrictEqual } from 'node:util';
import { mask } from '../journal/line.js';

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);

/**
 * An edit of what was shown, with the stored values where it was left as it was: so secrets that were shown masked stay what they are.
 * What is the same in an array may have moved; of what has changed only the place says which one it was.
 */
export function keepSecrets(edited: unknown, shown: unknown, stored: unknown): unknown {
  if (isDeepStrictEqual(edited, shown)) return stored;
  if (Array.isArray(edited) && Array.isArray(shown) && Array.isArray(stored)) return keepInArray(edited, shown, stored);
  if (!isRecord(edited) || !isRecord(shown) || !isRecord(stored)) return edited;
  const keep = ([name, value]: [string, unknown]) => [name, Object.hasOwn(shown, name) ? keepSecrets(value, shown[name], stored[name]) : value];
  return Object.fromEntries(Object.entries(edited).map(keep)) as unknown;
}

function keepInArray(edited: readonly unknown[], shown: readonly unknown[], stored: readonly unknown[]): unknown[] {
  const free = new Set(shown.keys());
  const origins = new Map<number, number>();
  for (const find of [sameHere, sameElsewhere]) {
    for (const [index, value] of edited.entries()) {
      const origin = origins.has(index) ? undefined : find(value, index, shown, free);
      if (origin === undefined) continue;
      origins.set(index, origin);
      free.delete(origin);
    }
  }
  return edited.map((value, index) => {
    const origin = origins.get(index);
    if (origin !== undefined) return stored[origin];
    return edited.length === shown.length && free.has(index) ? keepSecrets(value, shown[index], stored[index]) : value;
  });
}

const sameHere = (value: unknown, index: number, shown: readonly unknown[], free: ReadonlySet<number>) =>
  free.has(index) && isDeepStrictEqual(value, shown[index]) ? index : undefined;

const sameElsewhere = (value: unknown, _: number, shown: readonly unknown[], free: ReadonlySet<number>) =>
  [...free].find((index) => isDeepStrictEqual(value, shown[index]));

/** The first of the secret fields that holds nothing but the mask. */
export function maskedField(payload: unknown, secret: readonly string[]): string | undefined {
  return secret.find((path) => holdsMask(payload, path.split('.')));
}

function holdsMask(value: unknown, path: readonly string[]): boolean {
  if (Array.isArray(value)) return value.some((element) => holdsMask(element, path));
  const [name, ...rest] = path;
  if (name === undefined) return value === mask;
  return isRecord(value) && Object.hasOwn(value, name) && holdsMask(value[name], rest);
}
