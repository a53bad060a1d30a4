import { Operation } from '@warren/protocol';
import { waitFor } from '@warren/testing';

/** Letters that are redriven and come to their end in a second, at the least: slower than that has got stuck. */
const slowest = 200;

/** Redrives all that wait, by a search, and resolves when each of them was handled. @throws when another thing becomes of one */
export async function redriveAll(url: string, letters: number, progress: (done: number, handled: number) => void): Promise<void> {
  const response = await fetch(`${url}/api/v1/dead-letters/redrive`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ query: 'flow:shop' }) });
  const started = Operation.safeParse(await response.json());
  if (response.status !== 202 || !started.data) throw new Error(`The redrive was answered with ${response.status}.`);
  const look = async () => {
    const { state, problem, done, outcomes } = await operation(url, started.data.id);
    if (problem !== null) throw new Error(`The redrive failed: ${problem}`);
    progress(done, outcomes.handled);
    return state === 'done' && outcomes.open === 0 && outcomes;
  };
  const outcomes = await waitFor(look, { timeout: 60_000 + (letters / slowest) * 1_000, interval: 1_000, what: 'the end of the redrive' });
  if (outcomes.handled !== letters) throw new Error(`The redrive of ${letters} letters ended with ${JSON.stringify(outcomes)}.`);
}

async function operation(url: string, id: string): Promise<Operation> {
  return Operation.parse(await (await fetch(`${url}/api/v1/operations/${id}`)).json());
}
