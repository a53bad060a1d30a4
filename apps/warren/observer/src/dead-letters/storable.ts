/** Whatever a header or an error says, as Postgres can keep it: without NUL, and with whole characters only. */
export const storable = (text: string, most = Infinity): string => text.slice(0, most).replaceAll('\0', '').replaceAll(/\p{Surrogate}/gu, '\ufffd');

/** A value as JSON for a jsonb column. @throws RangeError, TypeError where it is nested too deeply or is no JSON. */
export const storableJson = (value: unknown): string => JSON.stringify(clean(value) ?? null);

/** The same, and nothing of what is nested deeper than anybody can write down. */
export function writtenJson(value: unknown): string {
  try {
    return storableJson(value);
  } catch {
    return '{}';
  }
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return storable(value);
  if (typeof value === 'bigint') return value.toString();
  if (Buffer.isBuffer(value)) return storable(value.toString());
  if (Array.isArray(value)) return value.map(clean);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [storable(name), clean(one)]));
}

/** A count of a header, which may say any number. */
export const int4 = (number: number): number => Math.min(number, 2 ** 31 - 1);
