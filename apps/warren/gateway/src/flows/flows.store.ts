import { Injectable } from '@nestjs/common';
import { Database, InjectReader, sql } from '@warren/database';
import { type AnnouncedContract, type FlowDetail } from '@warren/protocol';
import { orAway } from '../database-away.js';

type InFlow<T> = T & { flow: string };
/** What payloads are checked by. */
type Checked = Pick<AnnouncedContract, 'type' | 'schema' | 'secret'>;
/** A contract of the observer's registry, with where it is published. */
export type KnownContract = InFlow<AnnouncedContract & { exchange: string }>;

export const journalAway = { code: 'database-away', detail: 'The journal cannot be read: the database is away, or no observer has made it yet.' };

/** What is known of flows by announcement: read from the observer's views. */
@Injectable()
export class FlowsStore {
  constructor(@InjectReader() private readonly journal: Database) {}

  /** All flows, by name. @throws ProblemError 503 when the journal cannot be read. */
  async list(): Promise<FlowDetail[]> {
    const [flows, announced, contracts, consumers, sources] = await Promise.all([
      this.read<InFlow<Pick<FlowDetail, 'deadline'>>>('select name as flow, deadline from flows'),
      this.read<InFlow<{ service: string }>>('select flow, service from announced order by service'),
      this.contracts(),
      this.read<InFlow<FlowDetail['consumers'][number]>>('select * from consumers order by queue'),
      this.read<InFlow<FlowDetail['sources'][number]>>('select * from sources order by flow, name'),
    ]);
    const names = new Set([...announced, ...contracts, ...consumers, ...sources].map(({ flow }) => flow));
    return [...names].sort().map((name) => {
      const of = <T extends { flow: string }>(rows: readonly T[]): T[] => rows.filter(({ flow }) => flow === name);
      const exchange = of(contracts)[0]?.exchange ?? of(consumers)[0]?.exchange ?? name;
      const services = of(announced).map(({ service }) => service);
      return { name, exchange, deadline: of(flows)[0]?.deadline ?? null, services, contracts: of(contracts), consumers: of(consumers), sources: of(sources) };
    });
  }

  /** Each contract in its newest version. @throws ProblemError 503 when the journal cannot be read. */
  async contracts(): Promise<KnownContract[]> {
    const rows = await this.read<Omit<KnownContract, 'line'> & { line: string | null }>('select distinct on (flow, name) * from contracts order by flow, name, version desc');
    return rows.map(({ line, ...contract }) => ({ ...contract, ...(line !== null && { line }) }));
  }

  /** The contract by which a queue's consumer reads a message, of the message's own version; undefined where it was not announced. @throws ProblemError 503 */
  async contractOf({ contract, queue }: { contract: string | null; queue: string }): Promise<Checked | undefined> {
    const own = sql`type = ${contract}`;
    const taken = sql`(flow, name) in (select flow, contract from consumers where queue = ${queue})`; // what a message without a type is taken for
    const read = sql<Checked>`select type, schema, secret from contracts where ${contract === null ? taken : own} order by version desc limit 1`;
    const { rows: [found] } = await orAway(read.execute(this.journal.kysely), journalAway);
    return found;
  }

  private async read<T>(query: string): Promise<T[]> {
    const { rows } = await orAway(sql<T>`${sql.raw(query)}`.execute(this.journal.kysely), journalAway);
    return rows;
  }
}
