import { createInterface } from 'node:readline/promises';

/** Asks a yes-or-no question; an empty answer is yes. Only where a person is: check isTerminal() first. */
export async function agreed(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  const answer = await terminal.question(`${question} [Y/n] `).finally(() => terminal.close());
  return /^(y(es)?)?$/i.test(answer.trim());
}

export const isTerminal = (): boolean => process.stdin.isTTY && process.stdout.isTTY;
