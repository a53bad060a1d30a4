import { StringDecoder } from 'node:string_decoder';
import { Body } from './body.js';

/** How a contract wants its messages shown. */
export interface Rendering {
  /** `'{text}'`: payload fields in braces. Undefined: the body. */
  line?: string;
  /** Payload fields, nested ones with dots between, whose values nobody may see. */
  secret: readonly string[];
}

/** Characters of a line made by a template. */
const longestLine = 10_000;
/** Bytes of the body that make the line of a message without a template. */
const shownBytes = 1024;
/** What stands where a secret was. */
export const mask = '***';
const breaks = /[\r\n\u0085\u2028\u2029]+/g;

/** The body as the journal may keep it: secret fields masked, and all of it where it cannot be read to mask them. */
export function withoutSecrets(body: Buffer, { secret }: Rendering): Buffer {
  if (secret.length === 0) return body;
  return read(new Body(body), (payload) => Buffer.from(masked(payload, secret))) ?? Buffer.from(mask);
}

/** One line of text for a body that is already without its secrets. */
export function lineOf(body: Body, { line }: Rendering): string {
  const made = line === undefined ? undefined : read(body, (payload) => filled(line, payload));
  return onOneLine(made ?? new StringDecoder('utf8').write(body.bytes.subarray(0, shownBytes))).slice(0, longestLine);
}

/** What is made of a body's payload; undefined where it is no JSON, or nests so deep that nobody can go through it. */
function read<R>(body: Body, use: (payload: unknown) => R): R | undefined {
  try {
    return use(body.payload);
  } catch {
    return undefined;
  }
}

function masked(payload: unknown, secret: readonly string[]): string {
  for (const path of secret) maskField(payload, path.split('.'));
  return JSON.stringify(payload);
}

const placeholder = /\{([^{}]+)\}/g;
const filled = (line: string, payload: unknown): string => line.replaceAll(placeholder, (_, path: string) => shown(fieldOf(payload, path.split('.'))));

/** The payload fields that a template shows. */
export const fieldsIn = (line: string): string[] => [...line.matchAll(placeholder)].map(([, path = '']) => path);

/** Postgres keeps no NUL in a text. */
const onOneLine = (text: string): string => text.replaceAll(breaks, ' ').replaceAll('\0', '');

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

function fieldOf(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, name) => (isRecord(at) && Object.hasOwn(at, name) ? at[name] : undefined), value);
}

function shown(value: unknown): string {
  if (value === undefined) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** In each element where the path leads through an array. */
function maskField(value: unknown, path: readonly string[]): void {
  if (Array.isArray(value)) for (const element of value) maskField(element, path);
  const [name = '', ...rest] = path;
  if (!isRecord(value) || !Object.hasOwn(value, name)) return;
  if (rest.length === 0) value[name] = mask;
  else maskField(value[name], rest);
}
