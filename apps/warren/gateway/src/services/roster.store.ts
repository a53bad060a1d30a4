import { Injectable } from '@nestjs/common';
import { Database, type Kysely, sql } from '@warren/database';
import { type Beat, type ServiceStatus } from '@warren/protocol';
import { type GatewayTables, type InstanceRow } from '../gateway.tables.js';

/** Which instances each service of the roster has. */
export interface Member {
  service: string;
  instances: readonly string[];
}

/** A condition on `system`: some service has no instance, or an instance has not reached the epoch. */
export const isUnconverged = sql<boolean>`exists (
  select from services left join instances on service = name and left_at is null
  where instance is null or instances.epoch < system.epoch)`;

/** The services that should run, and the instances of them that were heard of. A service stays until it leaves cleanly or an operator removes it. */
@Injectable()
export class RosterStore {
  constructor(private readonly database: Database<GatewayTables>) {}

  async members(): Promise<Member[]> {
    const { rows } = await sql<Member>`
      select name as service, coalesce(array_agg(instance order by instance) filter (where instance is not null), '{}') as instances
      from services left join instances on service = name and left_at is null group by name order by name`.execute(this.database.kysely);
    return rows;
  }

  async services(): Promise<ServiceStatus[]> {
    const [services, instances] = await Promise.all([
      this.database.kysely.selectFrom('services').select('name').orderBy('name').execute(),
      this.database.kysely.selectFrom('instances').selectAll().where('left_at', 'is', null).orderBy('instance').execute(),
    ]);
    return services.map(({ name }) => ({ service: name, instances: instances.filter(({ service }) => service === name).map(statusOf) }));
  }

  /** A beat: the instance lives, and its service is on the roster. One that has left comes back only if it was started anew. */
  async heard(beat: Beat): Promise<void> {
    await sql`
      with heard as (
        insert into instances values (${beat.instance}, ${beat.service}, ${beat.version}, ${beat.startedAt}, clock_timestamp(), ${beat.epoch},
          ${beat.requests}, ${beat.handled}, ${beat.memory}, ${beat.lag}, null)
        on conflict (instance) do update set service = excluded.service, version = excluded.version, started_at = excluded.started_at,
          last_beat = excluded.last_beat, epoch = excluded.epoch, requests = excluded.requests, handled = excluded.handled,
          memory = excluded.memory, lag = excluded.lag, left_at = null
        where instances.left_at is null or excluded.started_at > instances.started_at
        returning service)
      insert into services select service from heard on conflict do nothing`.execute(this.database.kysely);
  }

  /** A clean stop: the last instance takes its service off the roster. */
  async left({ instance, service }: Beat): Promise<void> {
    await this.database.transaction(async (db) => {
      await sql`update instances set left_at = clock_timestamp() where instance = ${instance}`.execute(db);
      await removeIdle(db, service);
      await sql`delete from instances where left_at < clock_timestamp() - interval '1 hour'`.execute(db);
    });
  }

  /** Its control queue is gone, so the process is: the service stays, and is missed. */
  async gone(instance: string): Promise<void> {
    await this.database.kysely.deleteFrom('instances').where('instance', '=', instance).where('left_at', 'is', null).execute();
  }

  /** Takes a service off the roster that has no instance. @returns whether it was there to be taken. */
  async remove(service: string): Promise<boolean> {
    const { numAffectedRows } = await removeIdle(this.database.kysely, service);
    return numAffectedRows === 1n;
  }

  /** These instances have confirmed the epoch; their beats, which say the same, may be on their way. */
  async confirmed(epoch: number, instances: readonly string[]): Promise<void> {
    if (instances.length === 0) return;
    await this.database.kysely.updateTable('instances').set({ epoch }).where('instance', 'in', instances).where('epoch', '<', epoch).execute();
  }

  /** Instances that have not been heard of for so many milliseconds. */
  async silent(milliseconds: number): Promise<string[]> {
    const { rows } = await sql<Pick<InstanceRow, 'instance'>>`
      select instance from instances where left_at is null and last_beat < clock_timestamp() - make_interval(secs => ${milliseconds / 1000})`.execute(this.database.kysely);
    return rows.map(({ instance }) => instance);
  }
}

const removeIdle = (db: Kysely<GatewayTables>, service: string) =>
  sql`delete from services where name = ${service} and not exists (
    select from instances where instances.service = ${service} and left_at is null)`.execute(db);

const statusOf = (row: InstanceRow): ServiceStatus['instances'][number] => ({
  instance: row.instance,
  version: row.version,
  startedAt: row.started_at.toISOString(),
  lastBeat: row.last_beat.toISOString(),
  epoch: row.epoch,
  requests: row.requests,
  handled: row.handled,
  memory: row.memory,
  lag: row.lag,
});
