import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * What a service's package.json says to `npm start` under `"warren"`, all optional:
 * - `schema`: it has a Postgres schema of this name, and gets DATABASE_URL with a role that owns it
 * - `reads`: it reads these published schemas: JOURNAL_URL
 * - `publishes`: a second schema that it owns and that others read
 * - `port`: the port its first process listens on, and the setting that changes it: `{ "number": 8081, "setting": "GATEWAY_PORT" }`
 * - `secrets`: settings that all its processes share, and other services with the same names: random ones where they are not set, `["SESSION_SECRET"]`
 * - `names`: it is one program for several services of its flow: `{ "setting": "RELAY_STAGE", "list": "libs/contracts/src/relay.stages.json" }`. Each name of that list, a JSON
 *   array, is one, `relay-a`; the setting tells its processes which, and its schema has the name at its end, `relay_a`
 */
const Needs = z.strictObject({
  schema: z.string().optional(),
  publishes: z.string().optional(),
  reads: z.array(z.string()).default([]),
  secrets: z.array(z.string()).optional(),
  port: z.strictObject({ number: z.int(), setting: z.string() }).optional(),
});
const Warren = Needs.extend({ names: z.strictObject({ setting: z.string(), list: z.string() }).optional() });
export type Needs = z.infer<typeof Needs>;

/** A program that `npm start` can run. */
export interface Service {
  /** Its Nx name: `gateway`, `signal-imed`. */
  name: string;
  /** Its flow; undefined for the product's own programs. */
  flow?: string;
  /** Its folder, from the workspace's root. */
  folder: string;
  needs: Needs;
  /** The settings that make its program this service. */
  env?: Record<string, string>;
}

const PackageJson = z.object({ nx: z.object({ name: z.string() }), warren: Warren.default({ reads: [] }) });
const Names = z.array(z.string().regex(/^[a-z][a-z0-9]*$/));

/** Every service of the workspace: the folders apps/<flow>/<service> that have a src/main.ts. The product's own are apps/warren/*. */
export function findServices(root: string): Service[] {
  return globSync('apps/*/*/package.json', { cwd: root })
    .map((file) => file.replace(/\/package\.json$/, ''))
    .filter((folder) => existsSync(join(root, folder, 'src/main.ts')) && !notServices.has(folder))
    .flatMap((folder) => read(root, folder))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Programs under apps/warren that a person runs, or a browser. */
const notServices = new Set(['apps/warren/cli', 'apps/warren/console']);

function read(root: string, folder: string): Service[] {
  const json = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
  const { nx, warren } = PackageJson.parse(json(`${folder}/package.json`));
  const { names, ...needs } = warren;
  const group = folder.split('/')[1];
  const service = { name: nx.name, flow: group === 'warren' ? undefined : group, folder, needs };
  if (!names) return [service];
  return Names.parse(json(names.list)).map((name) => ({
    ...service,
    name: `${group ?? ''}-${name}`,
    needs: { ...needs, schema: needs.schema && `${needs.schema}_${name}` },
    env: { [names.setting]: name },
  }));
}
