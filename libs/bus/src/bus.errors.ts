/** The service cannot run as it is configured: it stops, and the message says how to mend it. */
export class StartError extends Error {
  override name = 'StartError';
}

/** Nobody takes the message: no queue is bound to the exchange with its routing key. */
export class UnroutableError extends Error {
  override name = 'UnroutableError';
  constructor(exchange: string, key: string) {
    super(
      exchange
        ? `No consumer takes "${key}" of exchange "${exchange}": start one, or mark the contract terminal.`
        : `There is no queue "${key}".`,
    );
  }
}

/** The broker did not confirm before the deadline. It may have the message: publish again with the same id. */
export class PublishTimeoutError extends Error {
  override name = 'PublishTimeoutError';
  constructor(milliseconds: number) {
    super(`The broker did not confirm within ${milliseconds} ms. It may have the message: publish again with the same id.`);
  }
}

/** The connection ended before the confirm. The broker may have the message. */
export class PublishInterruptedError extends Error {
  override name = 'PublishInterruptedError';
  constructor(cause: unknown) {
    super('The connection to the broker ended before the message was confirmed.', { cause });
  }
}

/** Too many root messages, or bytes of them, wait for their confirm already. */
export class BufferFullError extends Error {
  override name = 'BufferFullError';
  constructor(waiting: number) {
    super(`${waiting} messages wait for the broker's confirm already: publish slower, or wait for it to be well again.`);
  }
}

/** This instance may not start messages now: the system is paused or shut down, or this instance has not heard its state yet. */
export class SourcesClosedError extends Error {
  override name = 'SourcesClosedError';
  constructor(readonly state: string | undefined) {
    super(state ? `The system is ${state}: nothing new is started.` : 'This instance has not heard the state of the system yet.');
  }
}

/** The payload does not fit the contract. */
export class PayloadError extends Error {
  override name = 'PayloadError';
  constructor(
    type: string,
    readonly issues: readonly { path: string; message: string }[],
  ) {
    super(`The payload is no ${type}: ${issues.map(({ path, message }) => (path ? `${path}: ${message}` : message)).join('; ')}`);
  }
}

/** Thrown by a handler: trying again is of no use. The message becomes a dead letter at once. */
export class PermanentError extends Error {
  override name = 'PermanentError';
}

/** Thrown by a handler: try again, but not before so many milliseconds (an HTTP Retry-After, for one). The longest wait is 19 days. */
export class RetryAfterError extends Error {
  override name = 'RetryAfterError';
  constructor(
    message: string,
    readonly delay: number,
  ) {
    super(message);
  }
}

/**
 * Thrown by a handler: it was no attempt, so it is not counted. The message comes back after so many milliseconds, at most 19 days, with the attempt
 * number that it has; it never dies of its attempts, only of its deadline. For what stops a consumer and is not the message's fault: a rate limit, for one.
 */
export class PostponeError extends Error {
  override name = 'PostponeError';
  constructor(
    message: string,
    readonly delay: number,
  ) {
    super(message);
  }
}

/** The deadline of the consumer's policy passed before the attempt could begin. */
export class DeadlineError extends PermanentError {
  override name = 'DeadlineError';
  constructor(deadline: number) {
    super(`No attempt begins later than ${deadline} ms after the publish.`);
  }
}

/** The handler's process ended while it had this message in hand, again and again: the message is held to be the reason. */
export class CrashError extends PermanentError {
  override name = 'CrashError';
  constructor(times: number) {
    super(`The process or its connection ended ${times} times while this was the only suspect in hand.`);
  }
}

/** There is no such queue. */
export class QueueGoneError extends Error {
  override name = 'QueueGoneError';
  constructor(readonly queue: string) {
    super(`There is no queue "${queue}".`);
  }
}

/** The queue belongs to one reader alone, or is of a type that is not read message by message. */
export class QueueInUseError extends Error {
  override name = 'QueueInUseError';
  constructor(
    readonly queue: string,
    reason: string,
  ) {
    super(`Queue "${queue}" cannot be read beside its reader: ${reason}`);
  }
}
