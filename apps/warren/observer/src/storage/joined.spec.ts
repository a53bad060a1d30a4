import { joined, mostJoined } from './joined.js';

describe('bodies of one statement', () => {
  it('are found where SQL looks for them, also empty ones', () => {
    expect(joined(['ab', '', 'c'].map((text) => Buffer.from(text)))).toEqual({ bytes: Buffer.from('abc'), starts: [1, 3, 3], lengths: [2, 0, 1] });
  });

  it('are none for no bodies', () => expect(joined([])).toEqual({ bytes: Buffer.alloc(0), starts: [], lengths: [] }));

  it('may be as long as one message at the most', () => expect(joined([Buffer.alloc(mostJoined)]).lengths).toEqual([mostJoined]));

  it('that are longer have their batch halved, instead of a connection that Postgres ends', () => {
    const half = Buffer.alloc(mostJoined / 2);
    expect(() => joined([half, half, Buffer.from('x')])).toThrow(RangeError);
  });
});
