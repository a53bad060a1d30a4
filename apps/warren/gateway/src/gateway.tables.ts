import { type Generated, type Kysely, type Migrations, sql } from '@warren/database';
import { type Attached, type FlowOpen, type State, type TransitionEntry } from '@warren/protocol';

/** The gateway's own schema. Instants are the database's, so that several gateways agree. */
export interface GatewayTables {
  system: SystemRow;
  transitions: TransitionRow;
  run_log: { id: Generated<number>; at: Date; state: State; epoch: number };
  services: { name: string };
  instances: InstanceRow;
}

/** The desired state: one row. */
export interface SystemRow {
  id: number;
  epoch: number;
  run: number;
  state: State;
  sources: boolean;
  attached: Attached;
  /** When the state was decided. */
  since: Date;
  /** The transition that led here; null before the first. */
  transition: string | null;
}

export interface TransitionRow {
  id: string;
  epoch: number;
  run: number;
  from: State;
  to: State;
  by: string;
  state: State;
  asked_at: Date;
  /** When whoever performed it was done with it, confirmed or not. */
  finished_at: Date | null;
  confirmed_at: Date | null;
  quiet: boolean | null;
  quiet_at: Date | null;
  open: FlowOpen[];
  entries: TransitionEntry[];
}

export interface InstanceRow {
  instance: string;
  service: string;
  version: string;
  started_at: Date;
  last_beat: Date;
  epoch: number;
  requests: number;
  handled: number;
  memory: number;
  lag: number;
  /** Set by its last beat; kept a while, so that a beat that another gateway reads late does not bring it back. */
  left_at: Date | null;
}

/** Before the first INIT the system is shut down, with nothing attached, at epoch 0. */
const first = sql`
  create table system (
    id int primary key check (id = 1), epoch bigint not null, run bigint not null, state text not null, sources boolean not null,
    attached text not null, since timestamptz not null, transition uuid);
  insert into system values (1, 0, 0, 'SHUTDOWN', false, 'none', clock_timestamp(), null);
  create table transitions (
    id uuid primary key, epoch bigint not null, run bigint not null, "from" text not null, "to" text not null, by text not null,
    state text not null, asked_at timestamptz not null, finished_at timestamptz, confirmed_at timestamptz,
    quiet boolean, quiet_at timestamptz, open jsonb not null default '[]', entries jsonb not null default '[]');
  create table run_log (
    id bigint generated always as identity primary key, at timestamptz not null, state text not null, epoch bigint not null);
  create table services (name text primary key);
  create table instances (
    instance text primary key, service text not null, version text not null,
    started_at timestamptz not null, last_beat timestamptz not null, epoch bigint not null, requests bigint not null,
    handled bigint not null, memory bigint not null, lag double precision not null, left_at timestamptz);
`;

export const gatewayMigrations: Migrations = {
  '001-state-and-roster': {
    async up(db: Kysely<unknown>) {
      await first.execute(db);
    },
  },
};
