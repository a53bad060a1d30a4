import { constants, zstdCompressSync } from 'node:zlib';
import { parseFields, type Fields } from './json-fields.js';

/** Bytes from which on it is quicker to parse the wanted fields than all. */
const long = 1024;

/** A body whose payload is parsed once, whoever asks for it. */
export class Body {
  private parsed: { payload: unknown } | undefined;

  constructor(
    readonly bytes: Buffer,
    /** All that anybody wants of the payload; where it is not said, all of it. */
    private readonly fields?: Fields,
  ) {}

  /** Without the fields that are not wanted, where the body is long. @throws SyntaxError where it is no JSON, see parseFields */
  get payload(): unknown {
    this.parsed ??= { payload: this.fields && this.bytes.length > long ? parseFields(this.bytes, this.fields) : JSON.parse(this.bytes.toString()) };
    return this.parsed.payload;
  }
}

/** A body as it is stored: compressed where that is worth the work. */
export interface StoredBody {
  compressed: boolean;
  body: Buffer;
}

const worthCompressing = 1024;
/** Takes two thirds to four fifths of the time of zstd's own choice, 3, for 1 to 6 % more bytes. */
const level = { [constants.ZSTD_c_compressionLevel]: 1 };

export function pack(body: Buffer): StoredBody {
  if (body.length <= worthCompressing) return { compressed: false, body };
  // Told the size, zstd makes a context that fits: a quarter of the time.
  const smaller = zstdCompressSync(body, { pledgedSrcSize: body.length, params: level });
  return smaller.length < body.length ? { compressed: true, body: smaller } : { compressed: false, body };
}
