import { text } from 'node:stream/consumers';
import { Published } from '@warren/protocol';
import { type Command, InvalidArgumentError } from 'commander';
import { Failure } from '../failure.js';
import { type Context } from '../program.js';
import { print, printJson } from '../terminal.js';

interface Target {
  flow: string;
  contract: string;
}

export function addPublish(program: Command, context: Context): void {
  program
    .command('publish')
    .description('start a journey: publish a message under an announced contract')
    .argument('<flow.contract>', 'for example signal.original', targetOf)
    .argument('<json>', 'the payload as JSON, or - to read it from stdin')
    .action((target: Target, payload: string) => publish(context, target, payload));
}

async function publish({ gateway, json, terminal }: Context, { flow, contract }: Target, payload: string): Promise<void> {
  const body = payload === '-' ? await text(terminal.in) : payload;
  if (!isJson(body)) throw new Failure('The payload is no JSON: quote it for the shell, for example \'{"text":"hello"}\'.');
  const published = await gateway().json(Published, `/api/v1/flows/${flow}/${contract}`, { method: 'POST', body });
  await (json() ? printJson(terminal, published) : print(terminal, published.id));
}

function targetOf(words: string): Target {
  const [flow, contract, ...more] = words.split('.').map(encodeURIComponent);
  if (flow && contract && more.length === 0) return { flow, contract };
  throw new InvalidArgumentError('It is a flow and its contract with a dot between: signal.original.');
}

function isJson(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}
