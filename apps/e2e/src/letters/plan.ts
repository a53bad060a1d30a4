import { type Plan } from '../fragile/contracts.js';
import { type Dice } from '../system/dice.js';

/** The consumers of the fixture, as its decorators declare them: attempts in all, and the milliseconds before the second, the third, … */
export const consumers = {
  listed: { queue: 'fragile.listed', attempts: 4, delays: [150, 500, 1_100] },
  growing: { queue: 'fragile.growing', attempts: 5, delays: [100, 300, 900, 1_500] },
} as const;
export type ContractName = keyof typeof consumers;

/** What a message is that no schema fits. */
export type Broken = 'no JSON' | 'another schema' | 'unknown version';

/** The n-th message of a test. */
export interface Case {
  n: number;
  contract: ContractName;
  plan: Plan;
  /** It cannot be read: its plan does not matter. */
  broken?: Broken;
  /** Published without Warren's headers. */
  foreign: boolean;
}

/** How a message must end: after which attempt, and why where it is given up. */
export interface End {
  outcome: 'handled' | 'dead';
  /** How often the handler begins, repetitions after a crash apart. */
  begun: number;
  /** The last attempt. */
  attempt: number;
  cause?: { name: string; message: RegExp };
}

/** Two in so many messages kill their process, one right after the other, so that each is beside the other one in hand; of few messages four. */
const poisonEvery = 8_000;
const brokens: readonly Broken[] = ['no JSON', 'another schema', 'unknown version'];

/** The cases 1 to `count`; the same for the same dice. */
export function casesOf(count: number, dice: Dice): Case[] {
  const every = Math.min(poisonEvery, Math.floor(count / 2));
  return Array.from({ length: count }, (_, index) => caseOf(index + 1, dice, [0, 1].includes(((index + 1) % every) - Math.floor(every / 2))));
}

function caseOf(n: number, dice: Dice, poison: boolean): Case {
  const contract: ContractName = dice.below(2) === 0 ? 'listed' : 'growing';
  const broken = dice.below(200) === 0 ? brokens[dice.below(brokens.length)] : undefined;
  const foreign = broken !== 'unknown version' && dice.below(200) === 0;
  const plan = planOf(dice);
  return poison ? { n, contract, plan: { kind: 'poison' }, foreign: false } : { n, contract, plan, broken, foreign };
}

function planOf(dice: Dice): Plan {
  const share = dice.below(100);
  if (share < 70) return { kind: 'well' };
  if (share < 78) return { kind: 'slow', takes: 20 + dice.below(300) };
  if (share < 92) return { kind: 'passing', times: 1 + dice.below(6) };
  if (share < 95) return { kind: 'busy', times: 1 + dice.below(2), retryAfter: 100 + dice.below(1_500) };
  return { kind: 'permanent', after: dice.below(3) };
}

export function endOf({ contract, plan, broken }: Case): End {
  if (broken) return { outcome: 'dead', begun: 0, attempt: 1, cause: causes[broken] };
  const { attempts } = consumers[contract];
  if (plan.kind === 'permanent') return { outcome: 'dead', begun: plan.after + 1, attempt: plan.after + 1, cause: { name: 'PermanentError', message: /^Never again$/ } };
  if (plan.kind === 'poison') return { outcome: 'dead', begun: 1, attempt: 1, cause: { name: 'CrashError', message: /ended 3 times/ } };
  const failures = 'times' in plan ? plan.times : 0;
  if (failures < attempts) return { outcome: 'handled', begun: failures + 1, attempt: failures + 1 };
  return { outcome: 'dead', begun: attempts, attempt: attempts, cause: { name: 'PassingError', message: new RegExp(`^Attempt ${attempts} of ${failures} that fail$`) } };
}

const causes: Record<Broken, { name: string; message: RegExp }> = {
  'no JSON': { name: 'PermanentError', message: /^The body is no JSON\.$/ },
  'another schema': { name: 'PayloadError', message: /^The payload is no fragile\.\w+@1: / },
  'unknown version': { name: 'PermanentError', message: /^This consumer takes fragile\.\w+@1, not fragile\.\w+@9\.$/ },
};

/** Milliseconds that must lie between the end of an attempt and the begin of the next. */
export function waitAfter({ contract, plan }: Case, attempt: number): number {
  const { delays } = consumers[contract];
  return plan.kind === 'busy' ? plan.retryAfter : (delays[Math.min(attempt, delays.length) - 1] ?? 0);
}
