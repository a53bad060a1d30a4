import { globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findServices } from '../start/workspace.js';

const root = join(__dirname, '../../..');
const json = (file: string): unknown => JSON.parse(readFileSync(join(root, file), 'utf8'));
const projects = globSync('{apps/*/*,apps/e2e,libs/*,tools,bench}/package.json', { cwd: root }).map((file) => dirname(file));

describe('the workspace', () => {
  it.each(projects)('builds %s with the others: tsconfig.json lists it', (project) => {
    const { references } = json('tsconfig.json') as { references: { path: string }[] };

    expect(references.map(({ path }) => path)).toContain(`${project}/tsconfig.build.json`);
  });

  it.each(findServices(root))('lets $name import only what its kind may', ({ name, flow, folder }) => {
    const { nx } = json(`${folder}/package.json`) as { nx: { tags: string[] } };

    expect({ name, tags: nx.tags }).toEqual({ name: flow === undefined ? name : expect.stringMatching(`^${flow}-`), tags: [flow === undefined ? 'app:warren' : 'app:flow'] });
  });
});
