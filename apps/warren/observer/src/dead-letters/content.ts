import { Body, pack, type StoredBody } from '../journal/body.js';
import { lineOf, withoutSecrets, type Rendering } from '../journal/line.js';
import { payloadOf } from './payload.js';

/** A body as dead_letters keeps it. */
export interface Content extends StoredBody {
  size: number;
  /** Without its secrets, where it has some. */
  shown: Buffer | null;
  line: string;
  /** JSON to search in. */
  payload: string | null;
}

/** Longer ones no consumer takes: nobody waits while they are parsed. */
const mostParsed = 8 * 1024 ** 2;

export function contentOf(body: Buffer, rendering: Rendering): Content {
  const shown = shownOf(body, rendering);
  return { ...pack(body), size: body.length, shown: shown === body ? null : shown, line: lineFor(shown, rendering), payload: payloadOf(shown) };
}

/** A payload that is not what its contract says often lacks just what the contract would show: then it is shown as it is. */
function lineFor(shown: Buffer, rendering: Rendering): string {
  const [body, asIs] = [new Body(shown), { secret: [] }];
  return shown.length > mostParsed ? lineOf(body, asIs) : lineOf(body, rendering).trim() || lineOf(body, asIs);
}

function shownOf(body: Buffer, rendering: Rendering): Buffer {
  return withoutSecrets(body.length > mostParsed && rendering.secret.length > 0 ? Buffer.alloc(0) : body, rendering);
}
