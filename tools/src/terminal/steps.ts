import { type Writable } from 'node:stream';

/** Shows what is done, each step with its time. */
export class Steps {
  constructor(private readonly out: Writable = process.stdout) {
    out.on('error', () => undefined); // nobody reads any more: npm start | head
  }

  /** Does the work and prints one line when it is done: what the work's result is called, and its seconds. Errors pass. */
  async run<T>(title: string | ((result: T) => string), work: () => Promise<T>): Promise<T> {
    const started = performance.now();
    const result = await work();
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    this.say(`✓ ${typeof title === 'string' ? title : title(result)} (${seconds} s)`);
    return result;
  }

  say(line: string): void {
    this.out.write(`${line}\n`);
  }
}
