import 'reflect-metadata';
import { queueMatches } from '@warren/protocol';

/** A provider's class with a decorated method. */
export type ConsumerClass = abstract new (...args: never[]) => object;

/** A message as handlers get it. */
export interface HandlerMessage {
  id: string;
  attempt: number;
}

/** What the suite does around a consumer's method, which itself stays as it is. */
export class HandlerHook {
  /** Each call, in order. */
  readonly calls: HandlerMessage[] = [];
  private readonly held = new Map<string, () => void>();
  /** Called before the method; what it throws is what the method throws. */
  before: (message: HandlerMessage) => Promise<void> | void = () => undefined;

  /** Lets go of what it holds, too. */
  reset(): void {
    this.release();
    this.calls.length = 0;
  }

  /** Keeps every call in hand until it is released. */
  hold(): void {
    this.before = ({ id }) => new Promise((resolve) => this.held.set(id, resolve));
  }

  /** Lets the calls for one message go on. */
  releaseOne(id: string): void {
    this.held.get(id)?.();
  }

  /** Lets all calls go on, those to come too. */
  release(): void {
    this.before = () => undefined;
    for (const go of this.held.values()) go();
    this.held.clear();
  }
}

/**
 * Puts a hook around the method that consumes the queue, or is attached at run time to queues of such names. Do it before the application starts.
 * @throws when the class has no method for the queue.
 */
export function hookHandler(consumer: ConsumerClass, queue: string): HandlerHook {
  const hook = new HandlerHook();
  const prototype = consumer.prototype as Record<string, Method>;
  const name = Object.getOwnPropertyNames(prototype).find((key) => consumes(prototype[key], queue));
  const method = name === undefined ? undefined : prototype[name];
  if (name === undefined || !method) throw new Error(`${consumer.name} has no method with @OnMessage for queue "${queue}".`);
  prototype[name] = withMetadata(method, async function (this: unknown, message: HandlerMessage) {
    hook.calls.push({ id: message.id, attempt: message.attempt });
    await hook.before(message);
    return method.call(this, message);
  });
  return hook;
}

type Method = (this: unknown, message: HandlerMessage) => unknown;

function consumes(method: unknown, queue: string): boolean {
  if (typeof method !== 'function') return false;
  const metadata = Reflect.getMetadataKeys(method).map((key) => Reflect.getMetadata(key, method) as { queue?: unknown; queues?: unknown } | undefined);
  return metadata.some((value) => value?.queue === queue || (typeof value?.queues === 'string' && queueMatches(value.queues, queue)));
}

function withMetadata(from: Method, to: Method): Method {
  for (const key of Reflect.getMetadataKeys(from)) Reflect.defineMetadata(key, Reflect.getMetadata(key, from), to);
  return to;
}
