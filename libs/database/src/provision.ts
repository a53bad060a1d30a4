import { Client } from 'pg';

/** What one role gets: a schema of its own, and reading of others that are in the plan too. */
export interface Grant {
  role: string;
  password: string;
  schema?: string;
  /** Schemas whose tables and views it may read, the future ones too. */
  reads?: readonly string[];
}

/** The administrator of the database may not do what provisioning needs. */
export class ProvisionError extends Error {
  override readonly name = 'ProvisionError';
}

/**
 * Creates the roles and schemas of a plan, or brings them up to date: as often as you like. Every role may log in, and
 * nothing else than use what the plan gives it. A schema that is read must have its owner in the plan.
 * @throws ProvisionError when the login of `adminUrl` may not create roles or schemas.
 */
export async function provision(adminUrl: string, plan: readonly Grant[]): Promise<void> {
  const client = new Client({ connectionString: adminUrl, connectionTimeoutMillis: 3_000 });
  await client.connect();
  try {
    await client.query('begin');
    await client.query(`select pg_advisory_xact_lock(hashtext('warren.provision'))`);
    await apply(client, plan);
    await client.query('commit');
  } catch (error) {
    throw explained(error, client.user);
  } finally {
    await client.end();
  }
}

async function apply(client: Client, plan: readonly Grant[]): Promise<void> {
  const owners = new Map(plan.flatMap(({ role, schema }) => (schema ? [[schema, role] as const] : [])));
  for (const grant of plan) await createRole(client, grant);
  for (const [schema, owner] of owners) await createSchema(client, schema, owner);
  for (const grant of plan) await setSearchPath(client, grant, plan);
  for (const { role, reads = [] } of plan) {
    for (const schema of reads) await grantReading(client, { role, schema, owner: owners.get(schema) });
  }
}

async function createRole(client: Client, { role, password }: Grant): Promise<void> {
  const name = client.escapeIdentifier(role);
  const exists = await client.query('select from pg_roles where rolname = $1', [role]);
  await client.query(`${exists.rowCount ? 'alter' : 'create'} role ${name} login password ${client.escapeLiteral(password)}`);
  const { rows } = await client.query<{ superuser: boolean }>('select rolsuper as superuser from pg_roles where rolname = current_user');
  if (!rows[0]?.superuser) await client.query(`grant ${name} to current_user`);
}

async function createSchema(client: Client, schema: string, owner: string): Promise<void> {
  const [name, role] = [schema, owner].map((one) => client.escapeIdentifier(one));
  const exists = await client.query('select from pg_namespace where nspname = $1', [schema]);
  await client.query(exists.rowCount ? `alter schema ${name} owner to ${role}` : `create schema ${name} authorization ${role}`);
}

async function setSearchPath(client: Client, { role }: Grant, plan: readonly Grant[]): Promise<void> {
  const schemas = plan.filter((grant) => grant.role === role).flatMap(({ schema, reads = [] }) => [...(schema ? [schema] : []), ...reads]);
  if (schemas.length === 0) return;
  const path = [...new Set(schemas)].map((schema) => client.escapeIdentifier(schema)).join(', ');
  await client.query(`alter role ${client.escapeIdentifier(role)} in database ${client.escapeIdentifier(client.database ?? '')} set search_path = ${path}`);
}

async function grantReading(client: Client, { role, schema, owner }: { role: string; schema: string; owner?: string }): Promise<void> {
  if (!owner) throw new ProvisionError(`Role "${role}" reads schema "${schema}", which no role of the plan owns.`);
  const [name, reader, writer] = [schema, role, owner].map((one) => client.escapeIdentifier(one));
  await client.query(`grant usage on schema ${name} to ${reader}`);
  await client.query(`grant select on all tables in schema ${name} to ${reader}`);
  await client.query(`alter default privileges for role ${writer} in schema ${name} grant select on tables to ${reader}`);
}

/** Postgres' class 42501 is insufficient_privilege. */
function explained(error: unknown, user = ''): unknown {
  if ((error as { code?: string }).code !== '42501') return error;
  return new ProvisionError(
    `Role "${user}" may not provision Warren's roles and schemas (${(error as Error).message}). Use a superuser, or give it CREATEROLE and CREATE on the database.`,
    { cause: error },
  );
}
