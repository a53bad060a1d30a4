import { defaultPolicy } from '@warren/bus';
import { z } from 'zod';
import { problemsOf } from '../delivery/template-problems.js';
import { presets, type Preset } from './presets.js';
import { mostProblems, schemaProblems } from './schema-problems.js';
import type { Target } from './target.js';
import { TargetEntry, TargetsFile } from './targets.schema.js';
import { LinedYaml, type LineProblem } from './yaml-lines.js';

/** Everything that is wrong with a targets file. */
export class TargetsFileError extends Error {
  override name = 'TargetsFileError';
  constructor(readonly problems: readonly LineProblem[]) {
    const [first] = problems;
    const more = problems.length > 1 ? `, and ${problems.length - 1} more` : '';
    super(`The targets file is wrong: ${first?.line ? `line ${first.line}: ` : ''}${first?.message ?? ''}${more}`);
  }
}

const mostBytes = 1_048_576;
/** Each is a queue and a consumer. */
const mostTargets = 500;

const defaults = { method: 'POST', body: '', success: [{ from: 200, to: 299 }], timeout: 10_000, concurrency: 5, failures: 5, probes: 4 };

/**
 * The targets of a file, presets and defaults filled in, references to the environment left as they are.
 * @throws TargetsFileError
 */
export function readTargets(text: string): Target[] {
  if (Buffer.byteLength(text) > mostBytes) throw new TargetsFileError([{ line: null, message: 'the file must have at most 1 MB' }]);
  const yaml = new LinedYaml(text);
  refuse(yaml.problems());
  const value = valueOf(yaml);
  refuse(problemsOfFile(value, yaml));
  return TargetsFile.parse(value).targets.map(targetOf);
}

function refuse(problems: readonly LineProblem[]): void {
  const byLine = [...problems].sort((one, other) => (one.line ?? 0) - (other.line ?? 0));
  if (byLine.length > 0) throw new TargetsFileError(byLine.slice(0, mostProblems));
}

function valueOf(yaml: LinedYaml): unknown {
  try {
    return yaml.value();
  } catch (error) {
    throw new TargetsFileError([{ line: null, message: `the file cannot be read: ${(error as Error).message}` }]);
  }
}

/** Only as much of it as the checks need that no schema makes. */
const Raw = z.object({
  name: z.string().optional().catch(undefined),
  preset: z.unknown().optional(),
  headers: z.record(z.string(), z.unknown()).optional().catch(undefined),
  body: z.unknown().optional(),
}).catch({ body: null }); // what is no map at all is told once
type Raw = z.output<typeof Raw>;
const RawFile = z.object({ targets: z.array(Raw) });

/** Each check for itself, so that one problem hides no other. */
function problemsOfFile(value: unknown, yaml: LinedYaml): LineProblem[] {
  const raw = RawFile.safeParse(value).data?.targets ?? [];
  if (raw.length > mostTargets) return [{ line: yaml.line(['targets']), message: `targets: must be at most ${mostTargets}, not ${raw.length}` }];
  return [
    ...schemaProblems(TargetsFile.safeParse(value).error?.issues ?? [], value, yaml),
    ...sameNames(raw, yaml),
    ...raw.flatMap((target, n) => bodyProblems(target, n, yaml)),
  ];
}

function sameNames(raw: readonly Raw[], yaml: LinedYaml): LineProblem[] {
  return raw.flatMap(({ name }, n) => {
    const first = raw.findIndex((other) => other.name === name);
    if (name === undefined || first === n) return [];
    return [{ line: yaml.line(['targets', n, 'name']), message: `target ${JSON.stringify(name)}: the target of line ${yaml.line(['targets', first, 'name']) ?? '?'} has the same name` }];
  });
}

function bodyProblems({ name, preset, headers = {}, body }: Raw, n: number, yaml: LinedYaml): LineProblem[] {
  const path = ['targets', n, 'body'];
  const of = `target ${name ? JSON.stringify(name) : n + 1}`;
  const known = TargetEntry.shape.preset.safeParse(preset).data;
  if (body === undefined && preset === undefined) return [{ line: yaml.line(path), message: `${of}: needs a body, or a preset that has one` }];
  if (typeof body !== 'string') return [];
  const type = lowerCased(headers)['content-type'] ?? (known && presets[known].headers['content-type']) ?? 'application/json';
  return problemsOf(body, { json: typeof type === 'string' && /\bjson\b/i.test(type) }).map(({ line, message }) => ({ line: yaml.lineWithin(path, line), message: `${of}, body: ${message}` }));
}

function targetOf(entry: TargetEntry): Target {
  const preset: Partial<Preset> = entry.preset ? presets[entry.preset] : {};
  const { name, url, timeout = defaults.timeout, rateLimit, concurrency = defaults.concurrency, secrets = [], allow = [] } = entry;
  const { method = preset.method ?? defaults.method, body = preset.body ?? defaults.body, success = preset.success ?? defaults.success } = entry;
  const { attempts = defaultPolicy.attempts, delays = defaultPolicy.delays } = entry;
  const headers = { ...preset.headers, ...lowerCased(entry.headers ?? {}) };
  return { name, method, url, headers, body, success, timeout, policy: { attempts, delays }, rateLimit, concurrency, secrets, allow, breaker: breakerOf(entry) };
}

function breakerOf({ breaker = {} }: TargetEntry): Target['breaker'] {
  return breaker && { failures: breaker.failures ?? defaults.failures, probes: breaker.probes ?? defaults.probes };
}

const lowerCased = <T>(headers: Record<string, T>): Record<string, T> => Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
