import { newId } from '@warren/protocol';
import { hopReport } from '../../test/deliveries.js';
import { Attempts } from './attempts.js';

const id = newId();
const reporter = { service: 'signal-imed', instance: 'signal-imed-0001' };
type Report = Partial<Parameters<typeof hopReport>[0]>;
const told = (...reports: Report[]): Attempts => {
  const attempts = new Attempts();
  for (const report of reports) attempts.add(hopReport({ id, ...report }), reporter, false);
  return attempts;
};

describe('attempts', () => {
  it('are none of what went through at once', () => {
    expect(told({}).all).toEqual([]);
  });

  it.each([
    ['a failure', { outcome: 'retried', retryAt: 5, error: { name: 'E\0', message: 'no\0' } }, { outcome: 'retried', retryAt: new Date(5), errorName: 'E', errorMessage: 'no' }],
    ['the last failure', { outcome: 'dead', retryAt: 5 }, { outcome: 'dead', retryAt: null, errorName: null }],
    ['a later attempt that went well', { attempt: 2 }, { outcome: 'handled', attempt: 2 }],
    ['what went well after a redrive', { redrive: 1 }, { outcome: 'handled', redrive: 1, attempt: 1 }],
  ] as const)('have %s, and who made it', (_, report, row) => {
    expect(told(report).all).toEqual([expect.objectContaining({ message: id, queue: 'signal.imed', ...reporter, ...row })]);
  });

  it('that were made twice are one: the later, except that dead stands', () => {
    const { all } = told({ attempt: 2, outcome: 'retried' }, { attempt: 2, children: 7 }, { attempt: 3, outcome: 'dead' }, { attempt: 3 });

    expect(all.map(({ attempt, outcome }) => [attempt, outcome])).toEqual([[2, 'handled'], [3, 'dead']]);
  });

  it('that were postponed are one, which is handled in the end though it was the first', () => {
    const attempts = told({ outcome: 'retried', retryAt: 5 }, { outcome: 'retried', retryAt: 6 });
    expect(attempts.all).toMatchObject([{ attempt: 1, outcome: 'retried', retryAt: new Date(6) }]);

    attempts.add(hopReport({ id }), reporter, true);
    attempts.add(hopReport({ id, outcome: 'retried' }), reporter, true); // it was held up

    expect(attempts.all).toMatchObject([{ attempt: 1, outcome: 'handled', retryAt: null }]);
  });

  it('of each queue are its own', () => {
    expect(told({ outcome: 'dead' }, { outcome: 'dead', queue: 'audit' }).all).toHaveLength(2);
  });

  it('tell which redrives went well', () => {
    expect(told({ redrive: 2 }, { redrive: 3, outcome: 'retried' }, {}).redriven).toEqual([{ message: id, queue: 'signal.imed', redrive: 2 }]);
  });
});
