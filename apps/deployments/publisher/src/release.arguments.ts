import { deployments } from '@warren/contracts';
import { InvalidArgumentError } from 'commander';

const { release, attributes } = deployments.released.info.schema.shape;
const { keyType, valueType } = attributes.unwrap();

export type Attributes = Readonly<Record<string, string>>;

export function releaseName(text: string): string {
  const parsed = release.safeParse(text);
  if (!parsed.success) throw new InvalidArgumentError('It has 1 to 200 characters besides blanks around it.');
  return parsed.data;
}

/** One more `--attr key=value`; the value is all behind the first `=`. */
export function withAttribute(text: string, before: Attributes = {}): Attributes {
  const [, key = '', value] = /^([^=]*)=(.*)$/s.exec(text) ?? [];
  if (value === undefined) throw new InvalidArgumentError('It is key=value.');
  if (!keyType.safeParse(key).success) throw new InvalidArgumentError('A key is a letter, then letters, digits, _ or -, 100 at the most.');
  if (!valueType.safeParse(value).success) throw new InvalidArgumentError('A value has 4000 characters at the most.');
  if (Object.hasOwn(before, key)) throw new InvalidArgumentError(`"${key}" is given twice.`);
  return { ...before, [key]: value };
}

const mostSeconds = 3_600;

/** Seconds in all, as milliseconds. */
export function timeoutOf(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (seconds <= 0 || seconds > mostSeconds) throw new InvalidArgumentError(`It is a number of seconds, more than 0 and at most ${mostSeconds}.`);
  return seconds * 1_000;
}
