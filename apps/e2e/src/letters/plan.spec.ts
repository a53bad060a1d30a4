import { Dice } from '../system/dice.js';
import { casesOf, endOf, waitAfter, type Case } from './plan.js';

const one = (given: Partial<Case>): Case => ({ n: 1, contract: 'listed', plan: { kind: 'well' }, foreign: false, ...given });

describe('the cases', () => {
  it('are the same for the same seed, and others for another', () => {
    expect(casesOf(50, new Dice(3))).toEqual(casesOf(50, new Dice(3)));
    expect(casesOf(50, new Dice(3))).not.toEqual(casesOf(50, new Dice(4)));
  });

  it('have every way of failing among 20,000', () => {
    const cases = casesOf(20_000, new Dice(1));
    expect(new Set(cases.map(({ plan }) => plan.kind))).toEqual(new Set(['well', 'slow', 'passing', 'busy', 'permanent', 'poison']));
    expect(cases.filter(({ plan }) => plan.kind === 'poison')).toHaveLength(5);
    expect(new Set(cases.map(({ broken }) => broken))).toEqual(new Set([undefined, 'no JSON', 'another schema', 'unknown version']));
    expect(cases.filter(({ foreign }) => foreign).length).toBeGreaterThan(50);
  });
});

describe('the end of a message', () => {
  it.each<[string, Partial<Case>, object]>([
    ['that is well', {}, { outcome: 'handled', begun: 1, attempt: 1 }],
    ['that fails less often than its consumer tries', { plan: { kind: 'passing', times: 3 } }, { outcome: 'handled', begun: 4, attempt: 4 }],
    ['that fails as often', { plan: { kind: 'passing', times: 4 } }, { outcome: 'dead', begun: 4, attempt: 4, cause: { name: 'PassingError' } }],
    ['that fails as often at another consumer', { contract: 'growing', plan: { kind: 'passing', times: 4 } }, { outcome: 'handled', attempt: 5 }],
    ['that fails for good later', { plan: { kind: 'permanent', after: 2 } }, { outcome: 'dead', begun: 3, cause: { name: 'PermanentError' } }],
    ['that kills', { plan: { kind: 'poison' } }, { outcome: 'dead', begun: 1, cause: { name: 'CrashError' } }],
    ['that cannot be read', { broken: 'no JSON' }, { outcome: 'dead', begun: 0, attempt: 1 }],
  ])('%s', (_, given, end) => {
    expect(endOf(one(given))).toMatchObject(end);
  });

  it('comes after the waits that its consumer declares, or that its error asks for', () => {
    expect([1, 2, 3, 9].map((attempt) => waitAfter(one({}), attempt))).toEqual([150, 500, 1_100, 1_100]);
    expect(waitAfter(one({ plan: { kind: 'busy', times: 2, retryAfter: 777 } }), 2)).toBe(777);
  });
});
