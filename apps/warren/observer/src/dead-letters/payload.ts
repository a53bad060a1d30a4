import { storableJson } from './storable.js';

/** Longer bodies are not searched by their fields. */
const mostSearched = 256 * 1024;
/** What JSON may say and jsonb may not: NUL, and half a character. */
const unstorable = /\\u(?:0000|d[89a-f])/i;

/** A body as JSON for the column that searches look into; null where it is none, or a long one. Its numbers keep all their digits. */
export function payloadOf(body: Buffer): string | null {
  if (body.length > mostSearched) return null;
  const text = body.toString();
  try {
    const payload = JSON.parse(text) as unknown;
    return unstorable.test(text) ? storableJson(payload) : text;
  } catch {
    return null;
  }
}
