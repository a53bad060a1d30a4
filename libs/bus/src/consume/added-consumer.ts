import type { PolicyOptions } from './policy.js';

/** What is in a consumer's queue. */
export interface Waiting {
  /** Messages that nobody has in hand; those that wait for their next attempt in a delay band are not among them. */
  ready: number;
  /** Consumers attached to it, of all instances. */
  consumers: number;
}

/** A consumer that was added at run time. What it is told holds over reconnects and commands. */
export interface AddedConsumer {
  readonly queue: string;
  /** Takes nothing from now on; resolves when what was in hand is finished. Must not be awaited by its own handler. */
  hold(): Promise<void>;
  /**
   * Takes again, as far as the state of the system lets it. `concurrency`: another one than before, which is not announced.
   * Resolves when attached, or at once where the state does not let it or the broker is away.
   * @throws StartError
   */
  release(options?: { concurrency?: number }): Promise<void>;
  /**
   * Another policy or concurrency: what fails from now on is judged by the policy, a concurrency subscribes anew. Announced again. Resolves when it is so,
   * or at once where the broker is away.
   * @throws StartError
   */
  change(options: { concurrency?: number; policy?: PolicyOptions }): Promise<void>;
  /**
   * New messages of the flow come to it no more, and the observer expects no reports on them. What waits is still consumed, also what comes back from a
   * delay. Idempotent; after a reconnect it is not bound again. Another instance that has it bound would bind it again: unbind it there, too.
   * @throws PublishInterruptedError when the broker is away, PublishTimeoutError: it is bound as before
   */
  unbind(): Promise<void>;
  /** @throws PublishInterruptedError when the broker is away */
  waiting(): Promise<Waiting>;
  /**
   * Detaches, unbinds, deletes queue and exchange, forgets it. Whoever calls has looked that nothing waits: what does is gone. What comes back from a delay
   * afterwards is a dead letter.
   * @throws as unbind(): it is held then, it may be unbound, and it can be removed again
   */
  remove(): Promise<void>;
}
