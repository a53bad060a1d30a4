import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { Database, InjectReader, sql, type Transaction } from '@warren/database';
import { ProblemError } from '@warren/service';
import { orAway } from '../database-away.js';
import { journalAway } from '../flows/flows.store.js';
import { gatewayConfig } from '../gateway.config.js';
import { type JournalViews } from '../journal.views.js';

/** Source: PostgreSQL, appendix A: query_canceled. */
const cancelled = '57014';
/** In Postgres' units: only what reads some hundred thousand rows has workers of its own, whose start takes longer than most pages. Its default is a hundredth. */
const parallelSetupCost = '100000';

/** Reads by searches, which may ask for what no index helps with: a million letters take some seconds then. */
@Injectable()
export class Searches {
  constructor(
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
    @InjectReader() private readonly journal: Database<JournalViews>,
  ) {}

  /** @throws ProblemError 422 for a search that takes too long, 503 while the journal cannot be read */
  run<T>(read: (tx: Transaction<JournalViews>) => Promise<T>): Promise<T> {
    const { searchDeadline } = this.config;
    const found = this.journal.transaction(async (tx) => {
      await sql`select set_config('statement_timeout', ${String(searchDeadline)}, true), set_config('parallel_setup_cost', ${parallelSetupCost}, true)`.execute(tx);
      return read(tx);
    });
    return orAway(found.catch((error: unknown) => Promise.reject(explained(error, searchDeadline))), journalAway, searchDeadline + 1000);
  }
}

function explained(error: unknown, milliseconds: number): Error {
  if ((error as { code?: string }).code !== cancelled) return error as Error;
  return new ProblemError(422, { code: 'search-too-long', detail: `The search took more than ${milliseconds} ms: narrow it, for example by consumer: or at>.` });
}
