import { Liquid, type Context, type FilterImplOptions } from 'liquidjs';
import type { Subject } from './answer.js';

/** The body of a release cannot be made from the template: trying again is of no use. */
export class TemplateError extends Error {
  override name = 'TemplateError';
}

/** What a body is rendered from. */
export type Rendered = Subject & { target: string };

export interface Template {
  /** @throws TemplateError when the release lacks what the template needs, or the body would be too large. */
  render(subject: Rendered): string;
}

/** Of a rendered body, in characters. */
const mostCharacters = 1_000_000;
/** Flow control and assignment only: the others read files, write HTML, or put out text that was escaped once already. */
const tags = new Set(['assign', 'break', 'case', 'comment', 'continue', 'echo', 'for', 'if', 'liquid', 'raw', 'unless', '#']);

/** Already JSON: not escaped once more. */
const json: FilterImplOptions = { raw: true, handler: (value: unknown) => asJson(value ?? null) };

/** U+2028 and U+2029 may stand in JSON, but not in the JavaScript that old receivers take it for. */
const asJson = (value: unknown): string => JSON.stringify(value).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');

/**
 * Liquid without files. What is put out is escaped for the inside of a JSON string, but what ends in the filter `raw` or `json`.
 * Limits are LiquidJS's own: characters of a template, milliseconds of a rendering, characters made while rendering.
 */
export function liquid(): Liquid {
  const engine = new Liquid({
    templates: {},
    strictFilters: true,
    strictVariables: true,
    lenientIf: true, // `default` and `if` may ask for an attribute that is not there
    ownPropertyOnly: true,
    timezoneOffset: 0,
    locale: 'en-US',
    outputEscape: escaped,
    parseLimit: 100_000,
    renderLimit: 1_000,
    memoryLimit: 2 * mostCharacters,
  });
  for (const name of Object.keys(engine.tags)) if (!tags.has(name)) Reflect.deleteProperty(engine.tags, name);
  engine.registerFilter('json', json);
  engine.registerFilter('jsonify', json);
  return engine;
}

const engine = liquid();

/** @throws TemplateError when it cannot be read. */
export function compile(source: string): Template {
  const parsed = explained(() => engine.parse(source));
  return { render: (subject) => checkedSize(explained(() => String(engine.renderSync(parsed, subject)))) };
}

function checkedSize(body: string): string {
  if (body.length > mostCharacters) throw new TemplateError(`The body has ${body.length} characters; the most is ${mostCharacters}: shorten the target's template.`);
  return body;
}

/** LiquidJS binds `this`, although its type for an escape does not say so. */
function escaped(this: { context: Context }, value: unknown): string {
  const text = escapedText(value);
  this.context.memoryLimit.use(text.length);
  return text;
}

function escapedText(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'object') throw new Error('a map or a list can only be put out with the filter json');
  return typeof value === 'string' ? asJson(value).slice(1, -1) : asJson(value);
}

function explained<T>(step: () => T): T {
  try {
    return step();
  } catch (error) {
    const { reason, line, missing } = failureOf(error);
    if (missing) throw new TemplateError(`The template needs ${missing}, which this release does not have: publish it with it, or write {{ ${missing} | default: "…" }}.`);
    throw new TemplateError(`The template cannot be rendered: ${reason} (line ${line}).`);
  }
}

export interface TemplateFailure {
  reason: string;
  /** Counted from 1. */
  line: number;
  /** The field that the release lacks. */
  missing: string | undefined;
}

/** What LiquidJS says in its error: the position apart from the reason. */
export function failureOf(error: unknown): TemplateFailure {
  const { message, originalError, token } = error as Error & { originalError?: Error; token?: { getPosition(): [number, number] } };
  const reason = (originalError?.message ?? message).replace(/, line:\d+, col:\d+$/, '').split('\n', 1)[0] ?? '';
  return { reason, line: token?.getPosition()[0] ?? 1, missing: /^undefined variable: (.+)$/.exec(reason)?.[1] };
}
