import { type Attached, type Command, type State } from '@warren/protocol';

/** One desired state on the way to the one that was asked for; each gets an epoch of its own. */
export interface Step {
  state: State;
  sources: boolean;
  attached: Attached;
  /** Starts a new run. */
  newRun?: boolean;
  /** Waits, once all have confirmed, until nothing rooted before is open. */
  quiet?: boolean;
  /** The share of the deadline after which the next step is taken all the same. */
  until: number;
}

/** Source: docs/protocol.md, Lifecycle. */
const stepsTo: Readonly<Record<State, readonly Step[]>> = {
  INIT: [
    { state: 'INIT', sources: false, attached: 'all', newRun: true, until: 0.8 },
    { state: 'RUNNING', sources: true, attached: 'all', until: 1 },
  ],
  RUNNING: [{ state: 'RUNNING', sources: true, attached: 'all', until: 1 }],
  PAUSED: [{ state: 'PAUSED', sources: false, attached: 'all', quiet: true, until: 1 }],
  SHUTDOWN: [
    { state: 'SHUTDOWN', sources: false, attached: 'all', quiet: true, until: 0.5 },
    { state: 'SHUTDOWN', sources: false, attached: 'journal', until: 0.9 },
    { state: 'SHUTDOWN', sources: false, attached: 'none', until: 1 },
  ],
};

export interface Plan {
  /** The first step is where the system is: it is asked for again under its epoch, and nothing is decided for it. */
  again: boolean;
  steps: readonly Step[];
}

type Now = Pick<Command, 'state' | 'attached'>;

/** What leads from here to there. Each step is a complete state, so whatever was left unfinished is simply overtaken. */
export function planFor(now: Now, to: State): Plan {
  const steps = stepsTo[to];
  const reached = now.state === to ? steps.findIndex(({ attached }) => attached === now.attached) : -1;
  return { again: reached >= 0, steps: steps.slice(Math.max(reached, 0)) };
}

/** What must be done without being asked for: the first INIT ever, or the steps that a gateway that died has left over. */
export function leftOver(now: Now & Pick<Command, 'epoch'>): State | undefined {
  if (now.epoch === 0) return 'INIT';
  return planFor(now, now.state).steps.length > 1 ? now.state : undefined;
}
