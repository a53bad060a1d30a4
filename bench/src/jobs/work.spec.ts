import { attemptsOf, fails, jobOf, mostAttempts, work } from './work.js';

const jobs = Array.from({ length: 10_000 }, (_, index) => index + 1);

describe('the work of a job', () => {
  it('fails at one attempt in five, whichever attempt it is', () => {
    for (const attempt of [1, 2, 3]) {
      const failed = jobs.filter((n) => fails(n, attempt)).length;

      expect(Math.abs(failed - 2_000)).toBeLessThan(150);
    }
  });

  it('fails at the same attempts each time, and succeeds at the one that is said', () => {
    const failing = jobs.find((n) => attemptsOf(n) === 3)!;

    expect(() => work(jobOf(failing), 1)).toThrow(`Attempt 1 of job ${failing} failed`);
    expect(() => work(jobOf(failing), 1)).toThrow();
    expect(() => work(jobOf(failing), 2)).toThrow();
    expect(() => work(jobOf(failing), 3)).not.toThrow();
  });

  it('succeeds before a job has had all its attempts', () => {
    expect(Math.max(...Array.from({ length: 100_000 }, (_, index) => attemptsOf(index + 1)))).toBeLessThanOrEqual(mostAttempts);
  });
});

describe('a job', () => {
  it('differs from the others', () => {
    expect(jobOf(1)).not.toEqual(jobOf(2));
  });
});
