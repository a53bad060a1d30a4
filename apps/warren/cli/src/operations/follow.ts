import { setTimeout as delay } from 'node:timers/promises';
import { Operation } from '@warren/protocol';
import { Failure, Unreachable } from '../failure.js';
import { type Context } from '../program.js';
import { print, printJson } from '../terminal.js';
import { progressOn } from './progress.js';
import { hasEnded, summaryOf } from './summary.js';

const lookEvery = 250;
/** How long those that were redriven may take to come to an end before the command ends, in milliseconds. */
const settling = 5_000;

/**
 * Waits until an operation has ended, shows how far it is, and prints what came of it. A gateway that goes away meanwhile is waited for.
 * @throws Failure when it failed, was aborted or refused something, and on Ctrl-C, which leaves it running
 */
export async function follow(context: Context, operation: Operation): Promise<void> {
  const last = await untilItsEnd(context, operation);
  await printOperation(context, last);
  checkOutcome(last);
}

export const printOperation = ({ json, terminal }: Context, operation: Operation): Promise<void> =>
  json() ? printJson(terminal, operation) : print(terminal, summaryOf(operation));

async function untilItsEnd({ gateway, terminal }: Context, operation: Operation): Promise<Operation> {
  const progress = progressOn(terminal.err);
  const left = new AbortController();
  const leave = () => left.abort();
  process.once('SIGINT', leave);
  try {
    let now = operation;
    for (let patience = settling; !hasEnded(now) || (now.outcomes.open > 0 && patience > 0); patience -= hasEnded(now) ? lookEvery : 0) {
      progress.show(now);
      await delay(lookEvery, undefined, { signal: left.signal });
      now = await gateway().json(Operation, `/api/v1/operations/${operation.id}`).catch(unlessAway(now));
    }
    return now;
  } catch (error) {
    if (!left.signal.aborted) throw error;
    throw new Failure(`The ${operation.kind} goes on: see npx warren operations show ${operation.id}, or end it with abort instead of show.`);
  } finally {
    progress.end();
    process.off('SIGINT', leave);
  }
}

const unlessAway = (before: Operation) => (error: unknown): Operation => {
  if (error instanceof Unreachable) return before;
  throw error;
};

function checkOutcome({ id, kind, state, problem, outcomes }: Operation): void {
  if (state === 'failed') throw new Failure(`The ${kind} failed: ${problem ?? 'it says no more'}`);
  if (state === 'aborted') throw new Failure(`The ${kind} was aborted.`);
  const look = kind === 'replay' ? `operations replays ${id}` : `dead-letters --query 'operation:${id} refusal:*'`;
  if (outcomes.refused > 0) throw new Failure(`${outcomes.refused} could not be done: npx warren ${look} says why.`);
}
