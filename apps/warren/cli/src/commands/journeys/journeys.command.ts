import { type Command } from 'commander';
import { type Context } from '../../program.js';
import { addReplay } from './replay.command.js';

export function addJourneys(program: Command, context: Context): void {
  const journeys = program.command('journeys').description('what followed from roots, many at once: replay');
  addReplay(journeys, context);
}
