import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';
import { Failure } from './failure.js';
import { isTerminal, type Terminal } from './terminal.js';

/** Asks a person; no answer is no. @throws Failure where nobody can be asked. */
export async function confirmed({ in: input, err }: Terminal, question: string): Promise<boolean> {
  if (!isTerminal(input)) throw new Failure(`${question} Say --yes: nobody can be asked here.`);
  const reader = createInterface({ input, output: err });
  try {
    const answer = await Promise.race([reader.question(`${question} [y/N] `), once(reader, 'close').then(() => '')]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}
