import { ProblemError } from '@warren/service';
import { requestedState } from './requested-state.js';

describe('the requested state', () => {
  it.each([
    ['PAUSED', 'PAUSED'],
    ['PAUSE', 'PAUSED'],
    [' running\n', 'RUNNING'],
    ['"INIT"', 'INIT'],
    ['{"state":"SHUTDOWN"}', 'SHUTDOWN'],
    ['{ "state": "pause" }', 'PAUSED'],
  ])('is read from the body %j', (body, state) => expect(requestedState(undefined, body)).toBe(state));

  it('is read from the query before the body', () => expect(requestedState('RUNNING', 'PAUSED')).toBe('RUNNING'));

  it.each(['', 'STOPPED', 'PAUSED RUNNING', '{"state":1}', '{"state":', '[]', '["PAUSED"]', '{}', '"', 'null', 'PAUSED=', undefined, {}])(
    'is not read from the body %j',
    (body) => expect(() => requestedState(undefined, body)).toThrow(ProblemError),
  );

  it.each(['', 'nonsense', ['PAUSED', 'RUNNING'], { state: 'PAUSED' }])('is not read from ?payload=%j', (payload) =>
    expect(() => requestedState(payload, 'PAUSED')).toThrow(ProblemError),
  );

  it('names the states that there are when it is none', () => {
    expect(() => requestedState(undefined, 'OFF')).toThrow('INIT, RUNNING, PAUSED, SHUTDOWN');
  });
});
