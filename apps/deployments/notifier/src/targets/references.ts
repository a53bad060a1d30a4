import { SecretError, signer } from '../delivery/signature.js';
import type { Target } from './target.js';
import { urlProblem } from './target-url.js';

/** `${NAME}`, or `${NAME:-default}` for where NAME is not set or empty, as a shell has it. */
const reference = /\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}/g;
/** Nothing else may stand there: the secret itself, or a default for it, would be written in the file. */
export const secretReference = /^\$\{[A-Za-z_][A-Za-z0-9_]*\}$/;

/**
 * What is shorter is not masked: it is no secret worth the name, and a "1" or "prod" that became *** everywhere would make answers and errors unreadable, and tell
 * by what is missing what it is.
 */
const shortestMasked = 6;

export type Env = Readonly<Record<string, string | undefined>>;

/** A target whose references stand for nothing, or for what it cannot use. Names the variable's place, never its value. */
export class ReferencesError extends Error {
  override name = 'ReferencesError';
}

/** Whether a text has `${` that is no reference. */
export const hasBrokenReference = (text: string): boolean => text.replaceAll(reference, '').includes('${');

export const hasReference = (text: string): boolean => text.search(reference) >= 0;

/** The names in a text that have no default. */
const neededBy = (text: string): string[] => [...text.matchAll(reference)].flatMap(([, name, otherwise]) => (name && otherwise === undefined ? [name] : []));

const referring = ({ url, headers, secrets }: Target): string[] => [url, ...Object.values(headers), ...secrets];

/** References without a default that the environment has no value for, each name once a target. */
export function missingReferences(targets: readonly Target[], env: Env): { target: string; name: string }[] {
  return targets.flatMap((target) => {
    const names = new Set(referring(target).flatMap(neededBy));
    return [...names].filter((name) => !env[name]).map((name) => ({ target: target.name, name }));
  });
}

/** Everything that is wrong with what the references of targets stand for: missing, a url that is none, a secret that cannot sign. */
export function referenceProblems(targets: readonly Target[], env: Env): { target: string; message: string }[] {
  return targets.flatMap((target) => {
    const missing = missingReferences([target], env).map(({ name }) => `the environment has no ${name}`);
    const wrong = missing.length > 0 ? missing : valueProblems(replaced(target, env).target);
    return wrong.map((message) => ({ target: target.name, message }));
  });
}

/**
 * A target with its references replaced, and the values to mask: of every reference in url, headers and secrets.
 * @throws ReferencesError
 */
export function resolveTarget(target: Target, env: Env): { target: Target; secretValues: string[] } {
  const [problem] = referenceProblems([target], env);
  if (problem) throw new ReferencesError(`Target "${problem.target}" cannot deliver: ${problem.message}.`);
  return replaced(target, env);
}

function replaced(target: Target, env: Env): { target: Target; secretValues: string[] } {
  const values = new Set<string>();
  const replace = (text: string) =>
    text.replaceAll(reference, (_, name: string, otherwise = '') => {
      const value = env[name] || String(otherwise); // an empty one counts as none, as in a shell
      values.add(value);
      return value;
    });
  const headers = Object.fromEntries(Object.entries(target.headers).map(([name, value]) => [name, replace(value)]));
  const secrets = target.secrets.map(replace);
  const keys = secrets.map((secret) => secret.replace(/^whsec_/, ''));
  const resolved = { ...target, url: replace(target.url), headers, secrets };
  return { target: resolved, secretValues: [...values, ...keys].filter(({ length }) => length >= shortestMasked) };
}

function valueProblems({ url, headers, secrets }: Target): string[] {
  const wrongUrl = urlProblem(url);
  const wrongHeaders = Object.entries(headers).filter(([, value]) => !headerValue.test(value));
  return [
    ...(wrongUrl ? [`its url, with the environment's values, ${wrongUrl}`] : []),
    ...wrongHeaders.map(([name]) => `the value of its header "${name}" has a newline or another character that no header may have`),
    ...secretProblems(secrets),
  ];
}

/** Source: RFC 9110, 5.5: visible characters, spaces and tabs. */
export const headerValue = /^[\t\x20-\x7e\x80-\xff]*$/;

function secretProblems(secrets: readonly string[]): string[] {
  try {
    signer(secrets);
    return [];
  } catch (error) {
    if (error instanceof SecretError) return [error.message];
    throw error;
  }
}
