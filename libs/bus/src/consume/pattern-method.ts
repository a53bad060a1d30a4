import { queueMatches } from '@warren/protocol';
import { StartError } from '../bus.errors.js';
import { declaredConsumer, type ConsumerPlace, type DeclaredConsumer, type HandlerMethod } from './declared-consumer.js';

/** A method that is attached to queues that are named at run time, and what it says for all of them. */
export interface PatternMethod {
  /** What the queues' names look like, with one `*`. */
  queues: string;
  handler: HandlerMethod;
  defaults: Pick<ConsumerPlace, 'concurrency' | 'policy'>;
}

const pattern = /^[\w.-]*\*[\w.-]*$/;

/** @throws StartError for what could work at no queue. */
export function patternMethod(handler: HandlerMethod, { queues, concurrency, policy }: PatternMethod['defaults'] & { queues: string }): PatternMethod {
  if (!pattern.test(queues)) throw new StartError(`${handler.where}: queues "${queues}" must be letters, digits, dots, dashes and underscores, with one * among them.`);
  const defaults = { concurrency, policy };
  declaredConsumer(handler, { queue: queues.replace('*', 'any'), ...defaults });
  return { queues, handler, defaults };
}

/** The consumer at a queue of the method whose `queues` match. @throws StartError when there is none, more than one, or it cannot work. */
export function consumerAt(methods: readonly PatternMethod[], place: ConsumerPlace): DeclaredConsumer {
  const { queue } = place;
  const [found, another] = methods.filter(({ queues }) => queueMatches(queues, queue));
  if (!found) throw new StartError(`No method of this service has queues that match "${queue}": give one @OnMessage such queues, or the consumer another queue.`);
  if (another) throw new StartError(`"${queue}" matches the queues of two methods, "${found.queues}" and "${another.queues}": give one of them others.`);
  const { concurrency = found.defaults.concurrency, policy = found.defaults.policy, contract = found.handler.contract } = place;
  const where = `Consumer of "${queue}"`;
  // The compiler has checked the method's payload by its decorator's contract.
  const { type, schema } = found.handler.contract;
  if (contract.schema !== schema) throw new StartError(`${where}: its method takes what has the schema of "${type}", and "${contract.type}" has another: let both have one.`);
  return declaredConsumer({ ...found.handler, contract, where }, { ...place, concurrency, policy });
}
