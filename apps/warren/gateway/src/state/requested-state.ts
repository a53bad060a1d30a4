import { ProblemError } from '@warren/service';
import { parseState, type State, States } from '@warren/protocol';

/**
 * The state that a PUT asks for: `?payload=`, else the body, as text (`PAUSED`) or JSON (`"PAUSED"`, `{"state": "PAUSED"}`) whatever its content type.
 * @throws ProblemError 400 when it is none.
 */
export function requestedState(payload: unknown, body: unknown): State {
  const text = typeof payload === 'string' ? payload : textOf(typeof body === 'string' ? body : '');
  const state = text === undefined ? undefined : parseState(text);
  if (state) return state;
  throw new ProblemError(400, { code: 'unknown-state', detail: `Ask for one of ${States.join(', ')}: as ?payload=, as text or as {"state": "…"}.` });
}

/** Undefined when it is JSON that names no state. */
function textOf(body: string): string | undefined {
  if (!/^\s*["{[]/.test(body)) return body;
  try {
    const json: unknown = JSON.parse(body);
    if (typeof json === 'string') return json;
    const state = (json as { state?: unknown }).state;
    return typeof state === 'string' ? state : undefined;
  } catch {
    return undefined;
  }
}
