import { StringDecoder } from 'node:string_decoder';
import { zstdDecompressSync } from 'node:zlib';
import { nestsTooDeep } from './nesting.js';

/** Bytes of a body that is shown whole: the most that a message may have. */
export const mostShown = 8 * 1024 * 1024;
/** Bytes that are shown of a body that is no JSON. */
const beginning = 10_000;

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
    return nestsTooDeep(payload) ? undefined : payload;
  } catch {
    return undefined;
  }
}

const secretName = /authorization|cookie|password|secret|token|key$/i;

/** Headers without those that their name calls secret, at any depth. */
export function shownHeaders(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return JSON.parse(JSON.stringify(headers, (name, value: unknown) => (secretName.test(name) ? '***' : value))) as Record<string, unknown>;
}
