import { storableJson } from '../dead-letters/storable.js';
import { type Body } from './body.js';

/** Characters of all that a message is found by: an index is no place for texts. */
const most = 4_000;

/** Of a body that is already without its secrets, what the message is found by, as JSON; null: nothing, or more than is kept. */
export function searchedOf(body: Body, paths: readonly string[]): string | null {
  if (paths.length === 0) return null;
  try {
    const { payload } = body;
    const found = paths.reduce<unknown>((kept, path) => merged(kept, picked(payload, path.split('.'))), undefined);
    const json = found === undefined ? null : storableJson(found);
    return json === null || json.length > most ? null : json;
  } catch {
    return null;
  }
}

/** The field with what leads to it; in each element where the way leads through an array. */
function picked(value: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return value;
  if (Array.isArray(value)) return value.map((element) => picked(element, path) ?? null);
  if (!isRecord(value) || !Object.hasOwn(value, name)) return undefined;
  const inner = picked(value[name], rest);
  return inner === undefined ? undefined : { [name]: inner };
}

/** Two picks of one payload: what both have is on the way to both. */
function merged(one: unknown, other: unknown): unknown {
  if (Array.isArray(one) && Array.isArray(other)) return one.map((element, index) => merged(element, other[index]));
  if (!isRecord(one) || !isRecord(other)) return other ?? one;
  return Object.entries(other).reduce((all, [name, value]) => ({ ...all, [name]: merged(all[name], value) }), one);
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value);
