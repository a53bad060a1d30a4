import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { queueMatches } from '@warren/protocol';

const queueOf = /@OnMessage\(\s*[\w.]+,\s*\{[^}]*?\bqueues?:\s*'([^']+)'/g;
const suiteOf = /consumerContract\(\{[\s\S]*?\bqueue:\s*'([^']+)'/g;

/**
 * The consumers of apps/ that no suite runs: queues, or patterns of queues, of @OnMessage in `*.consumer.ts` that no `*.contract.int-spec.ts` gives to consumerContract(),
 * and, so that none hides, methods with @OnMessage elsewhere or whose queue is not written out.
 */
export function consumersWithoutSuite(root: string): string[] {
  const sources = globSync('apps/*/*/src/**/*.ts', { cwd: root });
  const specs = sources.filter((file) => /spec\.ts$/.test(file));
  const suites = new Set(specs.flatMap((file) => found(suiteOf, root, file)));
  return sources.filter((file) => !specs.includes(file)).flatMap((file) => missing(root, file, suites));
}

function missing(root: string, file: string, suites: ReadonlySet<string>): string[] {
  const queues = found(queueOf, root, file);
  const decorated = found(/@OnMessage\(/g, root, file).length;
  if (decorated > queues.length) return [`${file}: write the queue of each @OnMessage out, as its second argument`];
  if (decorated > 0 && !basename(file).endsWith('.consumer.ts')) return [`${file}: a consumer belongs in a file named *.consumer.ts`];
  return queues.filter((queue) => ![...suites].some((one) => one === queue || (queue.includes('*') && queueMatches(queue, one)))).map((queue) => `${file}: ${queue}`);
}

const found = (pattern: RegExp, root: string, file: string): string[] =>
  [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].map(([whole, group]) => group ?? whole);
