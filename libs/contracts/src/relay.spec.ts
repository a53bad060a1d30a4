import { infoOf } from '@warren/protocol';
import { entrance, relay, relayOf, stages, takenAfter, takenBy } from './relay.js';

describe('the relay flow', () => {
  it('has a contract for each stage, in their order, and one for each end', () => {
    const topics = infoOf(relay).contracts.map(({ topic }) => topic);

    expect(topics).toEqual([...stages.map((stage) => `relay.${stage}`), 'relay.start', 'relay.finished']);
  });

  it('leads from the entrance through all stages to last', () => {
    const way = [entrance, ...stages.map(takenAfter)].map(({ info }) => info.name);

    expect(way).toEqual([...stages, 'finished']);
    expect(takenBy('b').info.type).toBe('relay.b@1');
  });

  it('gives all stages one schema, so that one program can be any of them', () => {
    expect(new Set([...stages, undefined].map((stage) => takenBy(stage).info.schema)).size).toBe(1);
  });

  it('follows a list with another order, and one more', () => {
    expect(infoOf(relayOf(['c', 'a', 'b', 'd'])).contracts.map(({ name }) => name)).toEqual(['c', 'a', 'b', 'd', 'start', 'finished']);
  });

  it.each([
    [['a', 'b', 'a'], 'relay.stages.json: "a" is taken, give the stage another name.'],
    [['a', 'finished'], '"finished" is taken'],
    [[], 'name one stage or more'],
    [['A b'], 'Topic "relay.A b" must be words'],
  ])('refuses the stages %j', (list, message) => {
    expect(() => relayOf(list)).toThrow(message);
  });

  it.each([[undefined, 900_000], ['2000', 2_000], ['', 900_000], ['0', 900_000], ['2 s', 900_000]])('is stalled, with RELAY_DEADLINE %j, after %d ms', (told, deadline) => {
    const given = { ...process.env };
    if (told !== undefined) process.env['RELAY_DEADLINE'] = told;

    expect(infoOf(relayOf(['a'])).deadline).toBe(deadline);
    process.env = given;
  });

  it('starts a hundred messages unless another count is asked for, and refuses what is none', () => {
    const { schema } = relay.start.info;

    expect(schema.parse({})).toEqual({ count: 100, from: 1 });
    expect([0, 100_001, 1.5, '7'].map((count) => schema.safeParse({ count }).success)).toEqual([false, false, false, false]);
  });
});
