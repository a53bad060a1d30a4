import { type DynamicModule, Inject, Injectable, Logger, Module, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { ConfigModule, type ConfigType } from '@nestjs/config';
import { databaseConfig, journalConfig } from './database.config.js';
import { Database } from './database.js';
import { type Migrations } from './migrate.js';

/** Token of the read-only Database of the observer's views. */
export const JOURNAL = 'warren.journal-reader';
export const InjectReader = (): ParameterDecorator & PropertyDecorator => Inject(JOURNAL);

export interface DatabaseModuleOptions {
  schema: string;
  migrations: Migrations;
}

/** A database as a part of a Nest application: starts without being waited for, closes last. */
@Injectable()
class ManagedDatabase<T> extends Database<T> implements OnModuleInit, OnApplicationShutdown {
  onModuleInit(): void {
    void this.start();
  }

  onApplicationShutdown(): Promise<void> {
    return this.close();
  }
}

/** Gives a service its Postgres. It becomes ready by itself when the database is there. */
@Module({})
export class DatabaseModule {
  /** The service's own schema, at DATABASE_URL. Provides Database to the whole application. */
  static forRoot({ schema, migrations }: DatabaseModuleOptions): DynamicModule {
    return provide(Database, databaseConfig, { schema, migrations });
  }

  /** The observer's published views, at JOURNAL_URL. Provides a Database for `@InjectReader()` to the whole application. */
  static forReader({ schema = 'journal' }: { schema?: string } = {}): DynamicModule {
    return provide(JOURNAL, journalConfig, { schema, readOnly: true });
  }
}

type Config = typeof databaseConfig | typeof journalConfig;

function provide(
  token: typeof Database | string, config: Config, options: { schema: string; migrations?: Migrations; readOnly?: boolean },
): DynamicModule {
  const logger = new Logger(`Database ${options.schema}`);
  const provider = {
    provide: token,
    inject: [config.KEY],
    useFactory: ({ url }: ConfigType<typeof databaseConfig>) =>
      new ManagedDatabase({ ...options, url, onWaiting: (reason) => logger.warn(`Waiting for the database: ${reason}`) }),
  };
  return { module: DatabaseModule, global: true, imports: [ConfigModule.forFeature(config)], providers: [provider], exports: [token] };
}
