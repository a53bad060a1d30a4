import { portions } from './portions.js';

const letter = (megabytes: number, shown = 0) => ({ body: Buffer.alloc(megabytes * 1024 ** 2), shown: Buffer.alloc(shown * 1024 ** 2) });

describe('letters that go together into one statement', () => {
  it('are at most 500', () => {
    expect(portions(Array.from({ length: 1_001 }, () => letter(0))).map(({ length }) => length)).toEqual([500, 500, 1]);
  });

  it('have at most 64 MB, with what is shown of them, but for one alone', () => {
    expect(portions([letter(40), letter(20, 4), letter(1), letter(70), letter(0, 30), letter(35)]).map(({ length }) => length)).toEqual([2, 1, 1, 1, 1]);
  });

  it('are none where there are none', () => {
    expect(portions([])).toEqual([]);
  });
});
