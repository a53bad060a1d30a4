import { courseOf, isFlat, memoryDuring } from './memory.js';

const linux = process.platform === 'linux' ? it : it.skip;
const mebibyte = 2 ** 20;

describe('the memory of a process', () => {
  it('is told at begin, middle and end, each from a tenth of the time', () => {
    const values = Array.from({ length: 100 }, (_, index) => index);
    expect(courseOf(values)).toEqual({ begin: 5, middle: 50, end: 95, peak: 99 });
    expect(courseOf([7])).toEqual({ begin: 7, middle: 7, end: 7, peak: 7 });
  });

  it.each<[string, number, number, boolean]>([
    ['as much as in the middle', 400, 400, true],
    ['a little more', 100, 130, true],
    ['a seventh more', 800, 910, true],
    ['half as much again', 400, 600, false],
  ])('at the end, %s, is flat or not', (_, middle, end, flat) => {
    expect(isFlat({ begin: 90 * mebibyte, middle: middle * mebibyte, end: end * mebibyte, peak: 2_000 * mebibyte })).toBe(flat);
  });

  linux('is looked at while work is done', async () => {
    const { result, memory } = await memoryDuring(new Map([['this', process.pid]]), () => Promise.resolve('done'));
    expect(result).toBe('done');
    expect(memory.get('this')?.peak).toBeGreaterThan(20 * mebibyte);
  });

  it('is not looked at any more when the work fails', async () => {
    await expect(memoryDuring(new Map(), () => Promise.reject(new Error('It failed.')))).rejects.toThrow('It failed.');
  });
});
