import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * What a service's package.json says to `npm start` under `"warren"`, all optional:
 * - `schema`: it has a Postgres schema of this name, and gets DATABASE_URL with a role that owns it
 * - `reads`: it reads these published schemas: JOURNAL_URL
 * - `publishes`: a second schema that it owns and that others read
 * - `port`: the port its first process listens on, and the setting that changes it: `{ "number": 8081, "setting": "GATEWAY_PORT" }`
 */
const Needs = z.strictObject({
  schema: z.string().optional(),
  publishes: z.string().optional(),
  reads: z.array(z.string()).default([]),
  port: z.strictObject({ number: z.int(), setting: z.string() }).optional(),
});
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
}

const PackageJson = z.object({ nx: z.object({ name: z.string() }), warren: Needs.default({ reads: [] }) });

/** Every service of the workspace: the folders apps/<flow>/<service> that have a src/main.ts. The product's own are apps/warren/*. */
export function findServices(root: string): Service[] {
  return globSync('apps/*/*/package.json', { cwd: root })
    .map((file) => file.replace(/\/package\.json$/, ''))
    .filter((folder) => existsSync(join(root, folder, 'src/main.ts')) && !notServices.has(folder))
    .map((folder) => read(root, folder))
    .sort((a, b) => a.name.localeCompare(b.name));
}

/** Programs under apps/warren that a person runs, or a browser. */
const notServices = new Set(['apps/warren/cli', 'apps/warren/console']);

function read(root: string, folder: string): Service {
  const { nx, warren } = PackageJson.parse(JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8')));
  const group = folder.split('/')[1];
  return { name: nx.name, flow: group === 'warren' ? undefined : group, folder, needs: warren };
}
