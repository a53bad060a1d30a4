import { type Command } from 'commander';
import { type Context } from '../../program.js';
import { addAdopt } from './adopt.command.js';
import { addEdit } from './edit.command.js';
import { addGroups } from './groups.command.js';
import { addHealth } from './health.command.js';
import { addList } from './list.command.js';
import { addNote } from './note.command.js';
import { addShow } from './show.command.js';
import { addStart } from './start.command.js';

export function addDeadLetters(program: Command, context: Context): void {
  const deadLetters = program.command('dead-letters').description('messages that their consumer gave up: find, look at, edit, redrive, discard');
  addList(deadLetters, context);
  addShow(deadLetters, context);
  addGroups(deadLetters, context);
  addNote(deadLetters, context);
  addStart('redrive', deadLetters, context);
  addStart('discard', deadLetters, context);
  addEdit(deadLetters, context);
  addAdopt(deadLetters, context);
  addHealth(deadLetters, context);
}
