import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { findServices } from '../start/workspace.js';

const root = join(__dirname, '../../..');
const read = (file: string): string => readFileSync(join(root, file), 'utf8');
const readme = read('README.md');
const documents = ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...globSync('docs/**/*.md', { cwd: root })];

describe('the README', () => {
  it.each(findServices(root))('has $name in its table of services, with its port', ({ name, needs: { port } }) => {
    const row = new RegExp(`^\\| ${name} \\| (.+?) \\|`, 'm').exec(readme)?.[1];

    expect(row).toBe(port ? `${port.number} (\`${port.setting}\`)` : 'a free one');
  });

  it('names no service that is not there', () => {
    const named = [...(readme.split('## Services and ports')[1]?.split('\n## ')[0] ?? '').matchAll(/^\| ([a-z-]+) \|/gm)].map(([, name]) => name);

    expect(named.filter((name) => name !== '---').toSorted()).toEqual(findServices(root).map(({ name }) => name).toSorted());
  });

  it('points to files that are there', () => {
    const table = readme.split('## To change X, look in Y')[1] ?? '';
    const paths = [...table.matchAll(/`((?:apps|libs|tools|bench)\/[^`]+)`/g)].map(([, path = '']) => path.replaceAll(/<[^>]+>/g, '*'));

    expect(paths.length).toBeGreaterThan(8);
    expect(paths.filter((path) => globSync(path, { cwd: root }).length === 0)).toEqual([]);
  });
});

describe.each(documents)('%s', (document) => {
  it('links to documents that are there', () => {
    const links = [...read(document).matchAll(/\]\((?!https?:)([^)#]+)[^)]*\)/g)].map(([, link]) => link ?? '');

    expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
  });
});
