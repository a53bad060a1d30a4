import { inspect } from 'node:util';
import type { Cause } from '@warren/protocol';
import StackUtils from 'stack-utils';

/** A cause travels in a header: AMQP has 64 kB for all of them. */
const most = { name: 100, message: 1_000, stack: 4_000 };
const frame = /^\s*at /;
/** Without a folder of its own to cut off: where a process runs differs from machine to machine too. */
const stacks = new StackUtils({ ignoredPackages: ['amqplib'], cwd: '\0' });

/** Why a message failed, whatever was thrown: short enough for a header, the stack without the paths of this machine. */
export function causeOf(thrown: unknown): Cause {
  const { name, message, stack } = isError(thrown) ? described(thrown) : { name: 'Error', message: shown(thrown), stack: undefined };
  return shortCause({ name, message, stack });
}

/** As much of it as a header holds. */
export const shortCause = ({ name, message, stack }: Cause): Cause =>
  ({ name: name.slice(0, most.name), message: message.slice(0, most.message), stack: stack?.slice(0, most.stack) });

/** A class that sets no name of its own is known by its class all the same. */
function described(error: Error): { name: string; message: string; stack: string | undefined } {
  const own = text(error.name);
  const name = own && own !== 'Error' ? own : text((error.constructor as { name?: unknown } | undefined)?.name) || 'Error';
  return { name, message: text(error.message) ?? shown(error.message), stack: cleaned(text(error.stack)) };
}

/** The frames but Node's own, one a line. */
function cleaned(stack = ''): string | undefined {
  const frames = stacks.clean(stack.split('\n').filter((line) => frame.test(line))).split('\n');
  return frames.map(withoutPath).join('\n').trim() || undefined;
}

function withoutPath(line: string): string {
  const file = stacks.parseLine(line)?.file;
  return file ? line.replace(file, () => shortened(file)) : line;
}

/** A file by its place in its package, else by its last three names: what comes before differs from one machine to the next. */
function shortened(file: string): string {
  const [, inPackage] = /^.*\/node_modules\/(.*)$/.exec(file) ?? [];
  return inPackage ?? file.replace('file://', '').split('/').filter(Boolean).slice(-3).join('/');
}

/** Also one of another realm, as a vm gives. */
const isError = (thrown: unknown): thrown is Error => thrown instanceof Error || Object.prototype.toString.call(thrown) === '[object Error]';

const text = (property: unknown) => (typeof property === 'string' ? property : undefined);

const shown = (value: unknown): string => (typeof value === 'string' ? value : inspect(value, { depth: 2, breakLength: Infinity }));
