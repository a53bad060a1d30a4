import { zstdCompressSync } from 'node:zlib';

/** A body as it is stored: compressed where that is worth the work. */
export interface StoredBody {
  compressed: boolean;
  body: Buffer;
}

const worthCompressing = 1024;

export function pack(body: Buffer): StoredBody {
  if (body.length <= worthCompressing) return { compressed: false, body };
  const smaller = zstdCompressSync(body);
  return smaller.length < body.length ? { compressed: true, body: smaller } : { compressed: false, body };
}
