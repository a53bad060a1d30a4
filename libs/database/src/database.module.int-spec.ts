import { Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { sql } from 'kysely';
import { scratchDatabase } from '../test/scratch-database.js';
import { Database } from './database.js';
import { DatabaseModule, InjectReader } from './database.module.js';

const scratch = scratchDatabase();
const before = { ...process.env };

@Injectable()
class Both {
  constructor(readonly own: Database, @InjectReader() readonly reader: Database) {}
}

@Module({
  imports: [DatabaseModule.forRoot({ schema: 'own', migrations: {} }), DatabaseModule.forReader()],
  providers: [Both],
})
class TestModule {}

beforeAll(() => scratch.create());
afterEach(() => {
  process.env = { ...before };
});
afterAll(() => scratch.drop());

describe('the database module', () => {
  it('gives a service its own database and the reader beside it', async () => {
    process.env.DATABASE_URL = process.env.JOURNAL_URL = scratch.url;
    const app = await NestFactory.createApplicationContext(TestModule, { logger: false });
    const { own, reader } = app.get(Both);
    await Promise.all([own.start(), reader.start()]);

    const settings = await Promise.all([own, reader].map(async ({ kysely }) => {
      const { rows } = await sql<{ path: string; readOnly: string }>`select current_setting('search_path') as path, current_setting('transaction_read_only') as "readOnly"`.execute(kysely);
      return rows[0];
    }));
    await app.close();

    expect(settings).toEqual([{ path: '"own"', readOnly: 'off' }, { path: '"journal"', readOnly: 'on' }]);
    await expect(own.ping()).rejects.toThrow('after calling end');
  });

  it('lets the application start while the database is absent', async () => {
    process.env.DATABASE_URL = process.env.JOURNAL_URL = 'postgres://nobody@127.0.0.1:1/nothing';
    const app = await NestFactory.createApplicationContext(TestModule, { logger: false });

    expect(app.get(Both).own.ready).toBe(false);

    await app.close();
  });

  it('refuses to start without its setting', async () => {
    delete process.env.JOURNAL_URL;

    await expect(NestFactory.createApplicationContext(TestModule, { logger: false, abortOnError: false })).rejects.toThrow('JOURNAL_URL must be set');
  });
});
