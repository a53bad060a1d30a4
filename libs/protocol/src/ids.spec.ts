import { childId, derivedId, isUuid, newId, tickId, timeOfId } from './ids.js';

const child = { parentId: newId(), consumer: 'signal.imed', redrive: 0, type: 'signal.intermediate@1', index: 0 };

describe("a root message's id", () => {
  it('sorts by time and tells it', () => {
    const before = Date.now();
    const [one, two] = [newId(), newId()];

    expect(one < two).toBe(true);
    expect(timeOfId(one)).toBeGreaterThanOrEqual(before);
    expect(timeOfId(one)).toBeLessThanOrEqual(Date.now());
  });
});

describe("a child's id", () => {
  it('is the same however often its parent is handled', () => {
    expect(childId(child)).toBe(childId({ ...child }));
    expect(isUuid(childId(child))).toBe(true);
  });

  it.each([{ parentId: newId() }, { consumer: 'signal.other' }, { redrive: 1 }, { type: 'signal.intermediate@2' }, { index: 1 }])('is another for another %j', (other) => {
    expect(childId({ ...child, ...other })).not.toBe(childId(child));
  });

  it('has no time of its own', () => {
    expect(timeOfId(childId(child))).toBeUndefined();
    expect(timeOfId('nonsense')).toBeUndefined();
  });
});

describe("a tick's id", () => {
  it('follows from source, run and number, so that a tick that is published twice is one message', () => {
    expect(tickId('signal.orig', 1, 2)).toBe(tickId('signal.orig', 1, 2));
    expect(new Set([tickId('signal.orig', 1, 2), tickId('signal.orig', 2, 1), tickId('signal.orig', 1, 21), tickId('other', 1, 2)]).size).toBe(4);
  });
});

it('derived ids keep their parts apart', () => {
  expect(derivedId('a', 'bc')).not.toBe(derivedId('ab', 'c'));
});
