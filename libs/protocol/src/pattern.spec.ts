import { topicMatches } from './pattern.js';

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
