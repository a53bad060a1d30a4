import { DeadLetterDetail, Operation } from '@warren/protocol';
import { type Command } from 'commander';
import { text } from 'node:stream/consumers';
import { countOf } from '../../arguments.js';
import { edited } from '../../editor.js';
import { Failure } from '../../failure.js';
import { follow } from '../../operations/follow.js';
import { type Context } from '../../program.js';
import { isTerminal, print, printJson } from '../../terminal.js';

interface Options {
  payload?: string;
  redrive?: boolean;
}

export function addEdit(deadLetters: Command, context: Context): void {
  deadLetters
    .command('edit')
    .description("change the payload, checked against its contract's schema, in $EDITOR")
    .argument('<id>', 'its number', countOf)
    .option('--payload <json>', 'this one, or - to read it from stdin: without an editor')
    .option('--redrive', 'and put it back to its queue')
    .action((id: number, options: Options) => edit(context, id, options));
}

async function edit(context: Context, id: number, { payload, redrive }: Options): Promise<void> {
  const { gateway, terminal, json } = context;
  const store = (body: string) => gateway().json(DeadLetterDetail, `/api/v1/dead-letters/${id}/payload`, { method: 'PUT', body });
  const letter = payload === undefined ? await byEditor(context, id, store) : await store(checked(payload === '-' ? await text(terminal.in) : payload));
  if (redrive) return follow(context, await gateway().json(Operation, '/api/v1/dead-letters/redrive', { method: 'POST', body: JSON.stringify({ ids: [id] }) }));
  await (json() ? printJson(terminal, letter) : print(terminal, `Dead letter ${id} has the payload ${JSON.stringify(letter.payload)} now.`));
}

async function byEditor({ config, gateway, terminal }: Context, id: number, store: (body: string) => Promise<DeadLetterDetail>): Promise<DeadLetterDetail> {
  if (!isTerminal(terminal.in)) throw new Failure('There is no terminal for an editor here: give the payload with --payload.');
  const letter = await gateway().json(DeadLetterDetail, `/api/v1/dead-letters/${id}`);
  return edited(config.editor, `dead-letter-${id}.json`, editableOf(letter), async (body) => store(checked(body)));
}

/** @throws Failure where only the beginning can be shown */
function editableOf(letter: DeadLetterDetail): string {
  if ('payload' in letter) return JSON.stringify(letter.payload, null, 2);
  if (Buffer.byteLength(letter.text ?? '') === letter.size) return letter.text ?? '';
  throw new Failure(`Dead letter ${letter.id} has ${letter.size} bytes, too many for an editor: give the whole payload with --payload.`);
}

function checked(body: string): string {
  try {
    JSON.parse(body);
    return body;
  } catch (error) {
    throw new Failure(`The payload is no JSON: ${(error as Error).message}.`);
  }
}
