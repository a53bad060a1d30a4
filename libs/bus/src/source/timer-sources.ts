import { Injectable, Optional } from '@nestjs/common';
import { Database } from '@warren/database';
import type { Command } from '@warren/protocol';
import { StartError } from '../bus.errors.js';
import { Handlers } from '../consume/handlers.js';
import { Publisher } from '../publish/publisher.js';
import { TimerSource } from './timer-source.js';

/** All timer sources of this process. */
@Injectable()
export class TimerSources {
  private all: readonly TimerSource[] = [];

  constructor(
    private readonly handlers: Handlers,
    private readonly publisher: Publisher,
    @Optional() private readonly database?: Database,
  ) {}

  /** @throws StartError when there are sources and no database. */
  create(): void {
    this.all = this.handlers.sources.map((source) => {
      if (!this.database) throw new StartError(`Source "${source.name}" needs a database: import DatabaseModule.forRoot() with sourceMigrations.`);
      return new TimerSource(source, this.database, this.publisher);
    });
  }

  async follow(command: Command): Promise<void> {
    await this.close();
    if (command.sources) for (const source of this.all) source.open(command);
  }

  async close(): Promise<void> {
    await Promise.all(this.all.map((source) => source.close()));
  }
}
