import { z } from 'zod';
import { SettingsError } from './settings.errors.js';

/**
 * Reads settings by a schema whose keys are names of environment variables; an empty variable is one that is not set.
 * @returns the schema's output, frozen.
 * @throws SettingsError with every problem at once.
 */
export function readSettings<S extends z.ZodType>(schema: S, env: NodeJS.ProcessEnv): Readonly<z.output<S>> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw new SettingsError(parsed.error.issues.map(problemOf));
  return Object.freeze(parsed.data);
}

function problemOf({ path, message, code, input }: z.core.$ZodIssue): string {
  const name = path.join('.');
  if (code === 'invalid_type' && input === undefined) return `${name} is not set`;
  return `${name} ${message}`;
}

const whole = /^\d+$/;

/** A setting in whole milliseconds, from 0 to `most` (an hour where nothing else is said). */
export const milliseconds = (most = 3_600_000) => wholeNumber(0, most, `must be whole milliseconds from 0 to ${most}`);

/** A TCP port; 0 lets the system choose. */
export const port = () => wholeNumber(0, 65_535, 'must be a port from 0 to 65535');

/** A URL of one of the protocols: `url('http', 'https')`. */
export const url = (...protocols: string[]) =>
  z.url({ protocol: new RegExp(`^(${protocols.join('|')})$`), error: `must be a URL that begins with ${protocols.join(':// or ')}://` });

/** A list with commas between, blanks around each word dropped. */
export const list = () => z.string().transform((text) => text.split(',').map((word) => word.trim()).filter(Boolean));

const wholeNumber = (least: number, most: number, error: string) =>
  z.string({ error }).regex(whole, { error }).transform(Number).pipe(z.number().min(least, { error }).max(most, { error }));
