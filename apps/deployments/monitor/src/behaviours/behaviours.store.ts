import { Injectable } from '@nestjs/common';
import { ProblemError } from '@warren/service';
import { type Behaviour } from './behaviour.js';

/** An endpoint's behaviour, and how many requests it still holds for; null: until it is told otherwise. */
export interface Told extends Behaviour {
  endpoint: string;
  left: number | null;
}

interface State {
  behaviour: Behaviour;
  left: number;
  /** Of flaky: how often each webhook-id has failed. */
  failures: Map<string, number>;
}

export const most = { endpoints: 100, ids: 100_000 };

/** What each endpoint was told to do; one that was told nothing takes what comes. */
@Injectable()
export class Behaviours {
  private readonly states = new Map<string, State>();

  /** @throws ProblemError 409 for one endpoint too many. */
  tell(endpoint: string, behaviour: Behaviour): void {
    if (behaviour.mode === 'ok') return void this.states.delete(endpoint);
    if (!this.states.has(endpoint) && this.states.size >= most.endpoints) {
      throw new ProblemError(409, { code: 'too-many-behaviours', detail: `At most ${most.endpoints} endpoints have a behaviour: DELETE /behaviours first.` });
    }
    this.states.set(endpoint, { behaviour, left: behaviour.mode === 'flaky' ? Infinity : (behaviour.times ?? Infinity), failures: new Map() });
  }

  /** What to do with this request; undefined: take it. It counts. */
  next(endpoint: string, webhookId = ''): Behaviour | undefined {
    const state = this.states.get(endpoint);
    if (!state) return undefined;
    if (state.behaviour.mode === 'flaky') return failsAgain(state, webhookId) ? { ...state.behaviour, mode: 'fail' } : undefined;
    state.left -= 1;
    if (state.left === 0) this.states.delete(endpoint);
    return state.behaviour;
  }

  list(): Told[] {
    return [...this.states].map(([endpoint, { behaviour, left }]) => ({ endpoint, ...behaviour, left: left === Infinity ? null : left }));
  }

  clear(): void {
    this.states.clear();
  }
}

function failsAgain({ behaviour: { times = 1 }, failures }: State, id: string): boolean {
  const failed = failures.get(id) ?? 0;
  if (failed >= times) return false;
  if (failures.size >= most.ids) failures.delete(failures.keys().next().value ?? '');
  failures.set(id, failed + 1);
  return true;
}
