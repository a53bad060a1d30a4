import type { Liquid, Template as Parsed } from 'liquidjs';
import { templateFields } from '../targets/target.js';
import { compile, failureOf, liquid, TemplateError, type Rendered } from './template.js';

export interface TemplateProblem {
  /** Within the template, counted from 1. */
  line: number;
  message: string;
}

/** Of one template: an operator mends the first ones first. */
const most = 20;
/** Whatever a value may do to the JSON around it. */
const nasty = 'a"b\\c\n\r\t\0\u2028\u2029</script>{{ id }}é𝄞';
const attributeNotes = 'a release has no such field, it may have attributes.<key>';

/**
 * What is wrong with a template, found without a release: syntax, filters and fields that do not exist; where it is to be JSON, also a body that is none
 * as soon as a value has quotes, newlines or backslashes.
 */
export function problemsOf(source: string, { json }: { json: boolean }): TemplateProblem[] {
  const engine = liquid();
  const { parsed, problems } = parse(source, engine);
  if (!parsed) return problems;
  const fields = engine.analyzeSync(parsed).globals;
  const used = Object.values(fields).flat().map(({ segments, location }) => ({ segments, line: location.row }));
  const all = [...problems, ...used.flatMap(unknownField)].sort((one, other) => one.line - other.line).slice(0, most);
  return all.length > 0 ? all : sampleProblems(source, json, used);
}

/** LiquidJS stops at the first unknown filter: let it pass from then on, and look for the next one. */
function parse(source: string, engine: Liquid): { parsed?: Parsed[]; problems: TemplateProblem[] } {
  const problems: TemplateProblem[] = [];
  while (problems.length < most) {
    try {
      return { parsed: engine.parse(source), problems };
    } catch (error) {
      const { reason, line } = failureOf(error);
      const filter = /^undefined filter: (.+)$/.exec(reason)?.[1];
      problems.push({ line, message: filter ? `unknown filter ${JSON.stringify(filter)}` : reason });
      if (!filter) break;
      engine.registerFilter(filter, (value: unknown) => value);
    }
  }
  return { problems };
}

interface Used {
  segments: readonly unknown[];
  line: number;
}

function unknownField({ segments, line }: Used): TemplateProblem[] {
  const [root, ...rest] = segments.map((segment) => (typeof segment === 'string' || typeof segment === 'number' ? String(segment) : '…'));
  const known = (templateFields as readonly unknown[]).includes(root) && rest.length <= (root === 'attributes' ? 1 : 0);
  const name = [root, ...rest].join('.');
  return known ? [] : [{ line, message: `unknown field ${JSON.stringify(name)}: fields are ${templateFields.join(', ')}; ${attributeNotes}` }];
}

/** Renders it with every attribute that it names, then with none. */
function sampleProblems(source: string, json: boolean, used: readonly Used[]): TemplateProblem[] {
  const named = used.flatMap(({ segments: [root, key] }) => (root === 'attributes' && typeof key === 'string' ? [key] : []));
  const full = Object.fromEntries([...named, 'some', 'other'].map((key) => [key, nasty]));
  return [sampleProblem(source, json, full), sampleProblem(source, json, {})].flat().slice(0, 1);
}

function sampleProblem(source: string, json: boolean, attributes: Record<string, string>): TemplateProblem[] {
  const sample: Rendered = { id: '0190f3c4-0000-7000-8000-000000000000', release: nasty, datetime: '2026-11-26T10:00:00Z', attributes, target: 'sample' };
  const lacking = Object.keys(attributes).length === 0;
  try {
    const body = compile(source).render(sample);
    return json ? jsonProblem(body) : [];
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    return lacking ? [] : [{ line: Number(/\(line (\d+)\)\.$/.exec(error.message)?.[1] ?? 1), message: error.message.replace(/ \(line \d+\)\.$/, '') }];
  }
}

function jsonProblem(body: string): TemplateProblem[] {
  try {
    JSON.parse(body);
    return [];
  } catch (error) {
    const advice = 'put values in quotes, or use the filter json; another content-type header if it is not to be JSON';
    return [{ line: 1, message: `the body is no JSON for every release (${(error as Error).message.replaceAll(/\s+/g, ' ')}): ${advice}` }];
  }
}
