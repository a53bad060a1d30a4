/** A target as the notifier works with it: presets and defaults filled in, references to the environment still as they were written. */
export interface Target {
  /** Its queue is `deployments.<name>`. */
  name: string;
  method: string;
  url: string;
  headers: Readonly<Record<string, string>>;
  /** Liquid template of the body. */
  body: string;
  /** Status codes that mean delivered. */
  success: readonly CodeRange[];
  /** Milliseconds for a whole request, its answer included. */
  timeout: number;
  policy: { attempts: number; delays: readonly number[] };
  rateLimit?: { requests: number; per: number };
  concurrency: number;
  /** Standard Webhooks secrets, the first one in use, the others during rotation. */
  secrets: readonly string[];
  /** Address ranges (CIDR) that it may be in although they are not public. */
  allow: readonly string[];
  /** Failures in a row that open it, and how many probes a minute it gets then; false: it never opens. */
  breaker: { failures: number; probes: number } | false;
}

export interface CodeRange {
  from: number;
  to: number;
}

/** Fields of a release that a template may use, besides `attributes.<key>`. */
export const templateFields = ['id', 'release', 'datetime', 'attributes', 'target'] as const;

export const queueOf = (target: string): string => `deployments.${target}`;

/** Messages that an instance has in hand for it: while some have their requests under way, as many others are written down, reported and acknowledged. */
export const inHandOf = ({ concurrency }: Pick<Target, 'concurrency'>): number => 2 * concurrency;
