import { parseState, refusal, States } from './state.js';

describe('what a caller types', () => {
  it.each([
    ['RUNNING', 'RUNNING'],
    [' running\n', 'RUNNING'],
    ['PAUSE', 'PAUSED'],
    ['Paused', 'PAUSED'],
    ['init', 'INIT'],
    ['SHUTDOWN', 'SHUTDOWN'],
  ])('%j is %s', (typed, state) => {
    expect(parseState(typed)).toBe(state);
  });

  it.each(['', 'STOP', 'RUNNING PAUSED', 'PAUSEDD', '{}'])('%j is no state', (typed) => {
    expect(parseState(typed)).toBeUndefined();
  });
});

describe('out of SHUTDOWN', () => {
  it('leads only INIT', () => {
    expect(refusal('SHUTDOWN', 'RUNNING')).toContain('ask for INIT first');
    expect(refusal('SHUTDOWN', 'PAUSED')).toContain('ask for INIT first');
    expect(refusal('SHUTDOWN', 'INIT')).toBeUndefined();
    expect(refusal('SHUTDOWN', 'SHUTDOWN')).toBeUndefined();
  });

  it('every other state leads anywhere', () => {
    for (const from of ['INIT', 'RUNNING', 'PAUSED'] as const) for (const to of States) expect(refusal(from, to)).toBeUndefined();
  });
});
