import { parseState, type State, SystemState, Transition } from '@warren/protocol';
import { type Command, InvalidArgumentError } from 'commander';
import { type Context } from '../program.js';
import { print, printJson } from '../terminal.js';

/** A change waits for every service: longer than any sensible STATE_DEADLINE. */
const patience = 120_000;

export function addState(program: Command, context: Context): void {
  program
    .command('state')
    .description('print the state, or change it and wait until every service has confirmed')
    .argument('[state]', 'INIT, RUNNING, PAUSED or SHUTDOWN', stateOf)
    .action((state?: State) => (state ? change(context, state) : show(context)));
}

async function show({ gateway, json, terminal }: Context): Promise<void> {
  const state = await gateway().json(SystemState, '/state');
  await (json() ? printJson(terminal, state) : print(terminal, state.state));
}

async function change({ gateway, json, terminal }: Context, state: State): Promise<void> {
  const transition = await gateway().json(Transition, '/state', { method: 'PUT', body: JSON.stringify({ state }), patience });
  await (json() ? printJson(terminal, transition) : print(terminal, transition.state));
}

function stateOf(text: string): State {
  const state = parseState(text);
  if (state) return state;
  throw new InvalidArgumentError('It is INIT, RUNNING, PAUSED or SHUTDOWN.');
}
