import { checkResults, type Result } from './store.js';
import { attemptsOf } from './work.js';

const right = (total: number): Result[] => Array.from({ length: total }, (_, index) => ({ job: index + 1, attempt: attemptsOf(index + 1) }));

describe('the check of the results', () => {
  it('takes one result of each job, in any order', () => {
    expect(() => checkResults(right(100).reverse(), 100)).not.toThrow();
  });

  it('refuses a result that is missing, and one that was stored twice', () => {
    expect(() => checkResults(right(99), 100)).toThrow('100 jobs have 99 results.');
    expect(() => checkResults([...right(100), ...right(1)], 100)).toThrow('100 jobs have 101 results.');
  });

  it('counts those that were stored twice by who may do that, and goes by the first of them', () => {
    const twice = [...right(100), { job: 1, attempt: attemptsOf(1) + 1 }];

    expect(checkResults(twice, 100, { copies: true })).toBe(1);
    expect(() => checkResults(twice.reverse(), 100, { copies: true })).toThrow('1 of 100 jobs have another result than they should');
    expect(() => checkResults(right(99), 100, { copies: true })).toThrow('100 jobs have 99 results.');
  });

  it('refuses a job that was done twice in the place of another', () => {
    expect(() => checkResults([...right(99), { job: 1, attempt: attemptsOf(1) }], 100)).toThrow('1 of 100 jobs have another result than they should: job 100 has that of attempt none');
  });

  it('refuses a job that did not fail when it should', () => {
    const failing = right(100).findIndex(({ attempt }) => attempt === 2);
    const early = right(100).map((one, index) => (index === failing ? { ...one, attempt: 1 } : one));

    expect(() => checkResults(early, 100)).toThrow(`job ${failing + 1} has that of attempt 1, not 2.`);
  });
});
