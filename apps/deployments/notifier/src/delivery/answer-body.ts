import type { Readable } from 'node:stream';
import type { Mask } from './mask.js';

/** Bytes that are read of a body: what is longer is dropped with its connection. */
const mostRead = 65_536;
/** Characters that are kept. */
const mostKept = 4_096;

/** The beginning of a body, as text. @throws when the body ends before it is whole. */
export async function beginningOf(body: Readable): Promise<{ text: string; whole: boolean }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  body.on('error', () => undefined); // dropping it is an error to undici, told when nobody reads any more
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= mostRead) return { text: textOf(chunks), whole: false }; // leaving the loop destroys the body
  }
  return { text: textOf(chunks), whole: true };
}

const textOf = (chunks: Buffer[]): string => Buffer.concat(chunks).subarray(0, mostRead).toString('utf8');

/** What is kept of it, secrets masked. Masked first: a secret across the cut would not be found any more. */
export function keptOf({ text, whole }: { text: string; whole: boolean }, mask: Mask, longestSecret: number): string {
  const masked = mask(text);
  // The last secret of a body that was dropped may have been cut, and lie within what is kept where others before it were masked.
  const safe = whole ? masked : masked.slice(0, Math.max(masked.length - longestSecret, 0));
  return safe.slice(0, mostKept).replace(/[\uD800-\uDBFF]$/, '').replaceAll('\0', '\uFFFD'); // Postgres takes neither half a character nor NUL
}
