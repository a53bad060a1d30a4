import { ProblemError } from '@warren/service';
import { parseState, type State, States } from '@warren/protocol';

/**
 * The state that a PUT asks for: `?payload=`, else the body, as text (`PAUSED`) or JSON (`"PAUSED"`, `{"state": "PAUSED"}`) whatever its content type.
 * @throws ProblemError 400 when it is none.
 */
export function requestedState(payload: unknown, body: unknown): State {
  const text = payload === undefined ? textOf(body) : payload;
  const state = typeof text === 'string' ? parseState(text) : undefined;
  if (state) return state;
  throw new ProblemError(400, { code: 'unknown-state', detail: `Ask for one of ${States.join(', ')}: as ?payload=, as text or as {"state": "…"}.` });
}

/** What stands for the state in a body; of JSON whatever is there, a number too. */
function textOf(body: unknown): unknown {
  if (typeof body !== 'string' || !/^\s*["{[]/.test(body)) return body;
  try {
    const json: unknown = JSON.parse(body);
    return typeof json === 'string' ? json : (json as { state?: unknown }).state;
  } catch {
    return undefined;
  }
}
