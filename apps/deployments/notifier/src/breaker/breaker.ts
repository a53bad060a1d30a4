import { circuitBreaker, CircuitState, ConsecutiveBreaker, handleWhenResult, type CircuitBreakerPolicy } from 'cockatiel';
import { type Verdict } from '../delivery/answer.js';

/** The pace of probes is kept in the database, for all instances together: what this one lets through while it is open is a probe. */
const halfOpenAfter = 1;

/** Opens when a target fails so often in a row that asking it costs messages their attempts. All instances share its state by the database. */
export class Breaker {
  private policy: CircuitBreakerPolicy;
  private sharing = 0;
  private sharedAt = -Infinity;

  /** @param state what another instance, or an earlier process, left open; null: it is closed. */
  constructor(
    private readonly failures: number,
    state: unknown,
  ) {
    this.policy = this.policyOf(state);
  }

  get open(): boolean {
    return this.policy.state !== CircuitState.Closed;
  }

  /** What is kept of it while it is open. */
  get state(): unknown {
    return this.policy.toJSON();
  }

  /** Lets a request through, and learns from its verdict; while it is open that request is a probe, on which it closes or stays open. */
  run<T extends { verdict: Verdict }>(request: () => Promise<T>): Promise<T> {
    return this.policy.execute(request);
  }

  /** Runs what tells the others of a change; what was read before that is old. */
  async share(tell: () => Promise<void>): Promise<void> {
    this.sharing += 1;
    try {
      await tell();
    } finally {
      this.sharing -= 1;
      this.sharedAt = performance.now();
    }
  }

  /** Does as the database said at a time of performance.now(). */
  adopt(state: unknown, readAt: number): void {
    if (this.sharing > 0 || readAt <= this.sharedAt || (state !== null) === this.open) return;
    this.policy = this.policyOf(state);
  }

  private policyOf(state: unknown): CircuitBreakerPolicy {
    return circuitBreaker(handleWhenResult(isOutage), { halfOpenAfter, breaker: new ConsecutiveBreaker(this.failures), initialState: state ?? undefined });
  }
}

const isOutage = (result: unknown): boolean => {
  const { verdict } = result as { verdict: Verdict };
  return verdict.kind === 'retry' && verdict.outage;
};
