import { Injectable } from '@nestjs/common';
import type { Command } from '@warren/protocol';
import { SourcesClosedError } from '../bus.errors.js';

/** What lets root messages through in RUNNING, and only then. It starts closed, and is closed while the state is not known. */
@Injectable()
export class Gate {
  private command: Command | undefined;
  private isOpen = false;
  private readonly passing = new Set<Promise<unknown>>();

  get open(): boolean {
    return this.isOpen;
  }

  /** Opens it for a process that no gateway tells the state: its messages belong to no run. */
  openAlone(): void {
    this.isOpen = true;
  }

  /** Does as the command says; resolves when a closed gate has nothing passing any more. */
  async follow(command: Command): Promise<void> {
    this.command = command;
    this.isOpen = command.sources;
    if (!command.sources) await this.passed();
  }

  /** Resolves when all that is passing now has passed or failed. */
  async passed(): Promise<void> {
    await Promise.allSettled(this.passing);
  }

  /** Closes it until the next command: this instance may have missed one. */
  forget(): void {
    this.isOpen = false;
    this.command = undefined;
  }

  /** Runs `work` with the current run, where there is one. @throws SourcesClosedError */
  async pass<T>(work: (run: number | undefined) => Promise<T>): Promise<T> {
    if (!this.isOpen) throw new SourcesClosedError(this.command?.state);
    const passing = work(this.command?.run);
    this.passing.add(passing);
    try {
      return await passing;
    } finally {
      this.passing.delete(passing);
    }
  }
}
