import { StringDecoder } from 'node:string_decoder';
import { zstdDecompressSync } from 'node:zlib';

/** Bytes of a body that is shown whole: the most that a message may have. */
export const mostShown = 8 * 1024 * 1024;
/** Bytes that are shown of a body that is no JSON. */
const beginning = 10_000;
/** Objects and arrays in one another that are shown as such. */
const deepest = 500;

interface Stored {
  compressed: boolean;
  /** Null: too long to be shown whole. */
  shown: Buffer | null;
  line: string;
}

/** What a detail shows of a body, which is stored without its secrets already. */
export function shownBody({ compressed, shown, line }: Stored): { payload: unknown } | { text: string } {
  if (shown === null) return { text: line };
  const body = compressed ? zstdDecompressSync(shown) : shown;
  const payload = payloadOf(body);
  return payload === undefined ? { text: new StringDecoder('utf8').write(body.subarray(0, beginning)) } : { payload };
}

/** Undefined where it is no JSON, or nests too deep to be written again. */
function payloadOf(body: Buffer): unknown {
  try {
    const payload = JSON.parse(body.toString()) as unknown;
    return nests(payload, deepest) ? undefined : payload;
  } catch {
    return undefined;
  }
}

const nests = (value: unknown, deeper: number): boolean =>
  typeof value === 'object' && value !== null && (deeper === 0 || Object.values(value).some((inner) => nests(inner, deeper - 1)));

const secretName = /authorization|cookie|password|secret|token|key$/i;

/** Headers without those that their name calls secret, at any depth. */
export function shownHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(headers, (name, value: unknown) => (secretName.test(name) ? '***' : value))) as Record<string, unknown>;
}
