import { queueMatches, topicMatches } from './pattern.js';

describe('a topic pattern', () => {
  it.each([
    ['my.o', 'my.o'],
    ['my.*', 'my.o'],
    ['*.o', 'my.o'],
    ['#', 'my.o.p'],
    ['#', ''],
    ['my.#', 'my'],
    ['my.#', 'my.o.p'],
    ['#.p', 'my.o.p'],
    ['my.#.p', 'my.p'],
    ['*.#.*', 'a.b'],
  ])('%s takes %s', (pattern, topic) => {
    expect(topicMatches(pattern, topic)).toBe(true);
  });

  it.each([
    ['my.o', 'my.i'],
    ['my.o', 'my.o.p'],
    ['my.*', 'my'],
    ['my.*', 'my.o.p'],
    ['*.#.*', 'a'],
    ['#.p', 'my.o'],
  ])('%s does not take %s', (pattern, topic) => {
    expect(topicMatches(pattern, topic)).toBe(false);
  });
});

describe('a pattern of queue names', () => {
  it.each([
    ['deployments.*', 'deployments.log'],
    ['deployments.*', 'deployments.log.v2'],
    ['*.stage', 'relay.stage'],
    ['relay.*.stage', 'relay.a.stage'],
  ])('%s takes %s', (pattern, queue) => {
    expect(queueMatches(pattern, queue)).toBe(true);
  });

  it.each([
    ['deployments.*', 'deployments.'],
    ['deployments.*', 'relay.deployments.log'],
    ['relay.*.stage', 'relay.stage'],
    ['relay.*.stage', 'relay.a.stages'],
    ['a*a', 'aa'],
  ])('%s does not take %s', (pattern, queue) => {
    expect(queueMatches(pattern, queue)).toBe(false);
  });
});
