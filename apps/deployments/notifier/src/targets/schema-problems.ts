import { z } from 'zod';
import type { LinedYaml, LineProblem } from './yaml-lines.js';

/** What one sees at once: a file of another kind has one for each of its lines, and each is looked up among them. */
export const mostProblems = 200;

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** What the schema says of a file, in words that name the target and the key, each with its line. */
export function schemaProblems(issues: readonly Issue[], value: unknown, yaml: LinedYaml): LineProblem[] {
  return issues.slice(0, mostProblems).flatMap((issue) => problemsOfIssue(issue, [], value, yaml));
}

function problemsOfIssue(issue: Issue, within: Path, value: unknown, yaml: LinedYaml): LineProblem[] {
  const path = [...within, ...issue.path];
  if (issue.code === 'unrecognized_keys') return issue.keys.slice(0, mostProblems).map((key) => ({ line: yaml.line(path, key), message: `${path.length > 0 ? placeOf(path, value) : ''}unknown key ${JSON.stringify(key)}` }));
  if (issue.code === 'invalid_key') return [{ line: yaml.line(path.slice(0, -1), String(path.at(-1))), message: `${placeOf(path, value)}${issue.issues[0]?.message ?? issue.message}` }];
  const branch = issue.code === 'invalid_union' ? branchOf(issue.errors) : undefined;
  if (branch) return branch.flatMap((inner) => problemsOfIssue(inner, path, value, yaml));
  return [{ line: yaml.line(path), message: `${placeOf(path, value)}${issue.message}` }];
}

/** The one way to write it that was meant: its own type is right, something in it is not. */
function branchOf(branches: readonly (readonly Issue[])[]): readonly Issue[] | undefined {
  const meant = branches.filter((issues) => !issues.some(({ path, code }) => path.length === 0 && (code === 'invalid_type' || code === 'invalid_value')));
  return meant.length === 1 ? meant[0] : undefined;
}

/** `target "monitor", delays.first: `, by its number where it has no name. */
function placeOf(path: Path, value: unknown): string {
  const [list, n, ...keys] = path;
  if (list !== 'targets' || n === undefined) return path.length > 0 ? `${path.join('.')}: ` : 'the file ';
  const name = z.object({ name: z.string() }).safeParse((value as { targets: unknown[] }).targets[Number(n)]).data?.name;
  const key = keys.map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`)).join('').replace(/^\./, '');
  return `target ${name === undefined ? Number(n) + 1 : JSON.stringify(name)}${key && `, ${key}`}: `;
}
