import { DeadGroup } from '@warren/protocol';
import { type Command } from 'commander';
import { type Context } from '../../program.js';
import { print, printJson } from '../../terminal.js';

export function addNote(deadLetters: Command, context: Context): void {
  deadLetters
    .command('note')
    .description('leave a note on a group for who looks at it next')
    .argument('<group>', 'its id, as groups prints it')
    .argument('<text>')
    .action((group: string, text: string) => note(context, group, text));
}

async function note({ gateway, json, terminal }: Context, group: string, text: string): Promise<void> {
  const noted = await gateway().json(DeadGroup, `/api/v1/dead-letters/groups/${encodeURIComponent(group)}/notes`, { method: 'POST', body: JSON.stringify({ text }) });
  await (json() ? printJson(terminal, noted) : print(terminal, `Noted: the group has ${noted.notes.length} now.`));
}
