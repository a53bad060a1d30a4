import { type NewDeadLetter } from './read-dead-letter.js';

/** Of one statement: Postgres takes 1 GB, and 65,535 parameters. */
const most = { bytes: 64 * 1024 ** 2, letters: 500 };

/** As many letters as one statement can take. */
export function portions<L extends Pick<NewDeadLetter, 'body' | 'shown'>>(letters: readonly L[]): L[][] {
  const made: L[][] = [];
  let [current, bytes]: [L[], number] = [[], 0];
  for (const letter of letters) {
    const size = letter.body.length + (letter.shown?.length ?? 0);
    if (made.length === 0 || current.length === most.letters || bytes + size > most.bytes) made.push(([current, bytes] = [[], 0])[0]);
    current.push(letter);
    bytes += size;
  }
  return made;
}
