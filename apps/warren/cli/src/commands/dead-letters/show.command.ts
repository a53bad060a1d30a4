import { type Attempt, DeadLetterDetail, type Hop } from '@warren/protocol';
import { type Command } from 'commander';
import { countOf } from '../../arguments.js';
import { type Context } from '../../program.js';
import { brief, harmless, print, printJson, table } from '../../terminal.js';

export function addShow(deadLetters: Command, context: Context): void {
  deadLetters
    .command('show')
    .description('one in full: payload, headers, cause, attempts, hops')
    .argument('<id>', 'its number', countOf)
    .action((id: number) => show(context, id));
}

async function show({ gateway, json, terminal }: Context, id: number): Promise<void> {
  const letter = await gateway().json(DeadLetterDetail, `/api/v1/dead-letters/${id}`);
  await (json() ? printJson(terminal, letter) : print(terminal, harmless(wholeOf(letter))));
}

function wholeOf(letter: DeadLetterDetail): string {
  const sections = [
    ['', table(factsOf(letter))],
    ['CAUSE', causeOf(letter)],
    ['PAYLOAD', 'payload' in letter ? JSON.stringify(letter.payload, null, 2) : (letter.text ?? '')],
    ['HEADERS', JSON.stringify(letter.headers, null, 2)],
    ['ATTEMPTS', table([['REDRIVE', 'ATTEMPT', 'OUTCOME', 'STARTED', 'FINISHED', 'INSTANCE', 'ERROR', 'NEXT'], ...letter.attempts.map(attemptOf)])],
    ['HOPS', table([['QUEUE', 'OUTCOME', 'ATTEMPT', 'REDRIVE', 'STARTED', 'FINISHED', 'INSTANCE', 'CHILDREN'], ...letter.hops.map(hopOf)])],
  ];
  return sections.map((lines) => lines.filter(Boolean).join('\n')).join('\n\n');
}

function factsOf(letter: DeadLetterDetail): string[][] {
  const { id, state, at, message, journey, queue, contract, service, attempt, redrive, group, size, contentType, edited, operation, refusal } = letter;
  const facts: [string, unknown][] = [
    ['dead letter', id], ['state', refusal ? `${state}: ${refusal}` : state], ['at', at], ['queue', queue], ['message', message], ['journey', journey], ['contract', contract],
    ['published by', service], ['attempts', attempt], ['redriven', redrive], ['group', group], ['operation', operation], ['size', `${size} bytes${edited ? ', edited' : ''}`], ['content type', contentType],
  ]; // prettier-ignore
  return facts.filter(([, value]) => value !== null).map(([name, value]) => [name, brief(String(value), 200)]);
}

const causeOf = ({ cause: { name, message, stack = '' } }: DeadLetterDetail): string =>
  [`${name}: ${message}`, ...stack.split('\n').filter(Boolean).map((line) => `    at ${line}`)].join('\n');

const attemptOf = ({ redrive, attempt, outcome, startedAt, finishedAt, instance, error, retryAt }: Attempt): string[] => [
  String(redrive), String(attempt), outcome, startedAt, finishedAt, instance, error ? brief(`${error.name}: ${error.message}`) : '', retryAt ?? '',
]; // prettier-ignore

const hopOf = ({ queue, outcome, attempt, redrive, startedAt, finishedAt, instance, children }: Hop): string[] => [
  brief(queue), outcome, String(attempt), String(redrive), startedAt ?? '', finishedAt ?? '', instance ?? '', String(children),
]; // prettier-ignore
