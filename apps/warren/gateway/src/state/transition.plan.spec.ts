import { leftOver, planFor } from './transition.plan.js';

const running = { state: 'RUNNING', attached: 'all' } as const;
const paused = { state: 'PAUSED', attached: 'all' } as const;
const init = { state: 'INIT', attached: 'all' } as const;
const shutdown = (attached: 'all' | 'journal' | 'none') => ({ state: 'SHUTDOWN', attached }) as const;

const shape = ({ again, steps }: ReturnType<typeof planFor>) => ({ again, steps: steps.map(({ state, sources, attached }) => [state, sources, attached]) });

describe('the plan of a transition', () => {
  it('leads from RUNNING through INIT into a new run', () => {
    expect(shape(planFor(running, 'INIT'))).toEqual({ again: false, steps: [['INIT', false, 'all'], ['RUNNING', true, 'all']] });
    expect(planFor(running, 'INIT').steps.map(({ newRun = false }) => newRun)).toEqual([true, false]);
  });

  it('asks again for the state that the system is in', () => {
    expect(shape(planFor(running, 'RUNNING'))).toEqual({ again: true, steps: [['RUNNING', true, 'all']] });
    expect(shape(planFor(paused, 'PAUSED'))).toEqual({ again: true, steps: [['PAUSED', false, 'all']] });
    expect(shape(planFor(shutdown('none'), 'SHUTDOWN'))).toEqual({ again: true, steps: [['SHUTDOWN', false, 'none']] });
  });

  it('carries an unfinished INIT on without another run', () => {
    expect(shape(planFor(init, 'INIT'))).toEqual({ again: true, steps: [['INIT', false, 'all'], ['RUNNING', true, 'all']] });
  });

  it('carries an unfinished SHUTDOWN on from where it stands', () => {
    expect(shape(planFor(shutdown('journal'), 'SHUTDOWN'))).toEqual({
      again: true,
      steps: [['SHUTDOWN', false, 'journal'], ['SHUTDOWN', false, 'none']],
    });
  });

  it('overtakes an unfinished INIT', () => {
    expect(shape(planFor(init, 'PAUSED'))).toEqual({ again: false, steps: [['PAUSED', false, 'all']] });
  });

  it('closes the sources first and detaches the journal last in a SHUTDOWN', () => {
    expect(planFor(running, 'SHUTDOWN').steps.map(({ attached }) => attached)).toEqual(['all', 'journal', 'none']);
    expect(planFor(running, 'SHUTDOWN').steps.some(({ sources }) => sources)).toBe(false);
  });

  it('gives every step but the last less than the deadline', () => {
    for (const to of ['INIT', 'RUNNING', 'PAUSED', 'SHUTDOWN'] as const) {
      const untils = planFor(shutdown('none'), to === 'SHUTDOWN' ? 'RUNNING' : to).steps.map(({ until }) => until);
      expect(untils).toEqual(untils.toSorted((a, b) => a - b));
      expect(untils.at(-1)).toBe(1);
    }
  });
});

describe('what is left over', () => {
  it.each([init, shutdown('all'), shutdown('journal')])('at %j is the rest of it', (now) => expect(leftOver({ ...now, epoch: 7 })).toBe(now.state));
  it.each([running, paused, shutdown('none')])('at %j is nothing', (now) => expect(leftOver({ ...now, epoch: 7 })).toBeUndefined());
  it('before anything was ever decided is the first INIT', () => expect(leftOver({ ...shutdown('none'), epoch: 0 })).toBe('INIT'));
});
