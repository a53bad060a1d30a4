import { logLineText, Transition } from './http.js';
import { Problem } from './problem.js';

describe('a line of the message log', () => {
  it('is the time, the topic and what the contract shows', () => {
    expect(logLineText({ at: '2020-10-01T06:35:01.373Z', topic: 'my.o', line: 'MSG_1' })).toBe('2020-10-01T06:35:01.373Z Topic my.o: MSG_1');
  });
});

describe('a problem', () => {
  it('has the type about:blank where it says nothing else, and keeps members of its own (RFC 9457, section 3)', () => {
    expect(Problem.parse({ title: 'Gateway Timeout', status: 504, unconfirmed: ['signal-imed'] })).toEqual({
      type: 'about:blank', title: 'Gateway Timeout', status: 504, unconfirmed: ['signal-imed'],
    }); // prettier-ignore
  });
});

describe('a transition', () => {
  const transition = {
    id: '0198c0de-0000-7000-8000-000000000001', epoch: 2, run: 1, from: 'RUNNING', to: 'PAUSED', by: 'anonymous', state: 'PAUSED',
    askedAt: '2026-11-21T03:12:00.000Z', confirmedAt: null, quiet: false, quietAt: null, open: [{ flow: 'signal', open: 2, waitingForRetry: 1 }],
    entries: [{ service: 'signal-imed', instance: null, confirmedAt: null }],
  }; // prettier-ignore

  it('may be unconfirmed, and names a service that has no instance', () => {
    expect(Transition.parse(transition)).toEqual(transition);
  });

  it('is refused without an entry for who must confirm', () => {
    expect(Transition.safeParse({ ...transition, entries: undefined }).success).toBe(false);
  });
});
