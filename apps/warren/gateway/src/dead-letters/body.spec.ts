import { zstdCompressSync } from 'node:zlib';
import { shownBody, shownHeaders } from './body.js';

const shown = (body: string | Buffer, compressed = false) => shownBody({ compressed, shown: Buffer.from(body), line: 'a line' });

describe('the body of a dead letter', () => {
  it.each(['{"a":[1,null]}', '"text"', 'null', '7'])('is a payload where it is JSON: %s', (body) => expect(shown(body)).toEqual({ payload: JSON.parse(body) as unknown }));

  it('is unpacked', () => expect(shown(zstdCompressSync(Buffer.from('{"a":1}')), true)).toEqual({ payload: { a: 1 } }));

  it.each(['', '{"a":', 'Hello', 'NUL \0'])('is a text where it is no JSON: %j', (body) => expect(shown(body)).toEqual({ text: body }));

  it('is shown by its beginning where it is long and no JSON, and no character is cut', () => {
    expect(shown(`x${'é'.repeat(10_000)}`)).toEqual({ text: `x${'é'.repeat(4999)}` });
  });

  it.each([1_000, 200_000])('is shown by its beginning where it nests %i deep, which no answer can be', (depth) => {
    const deep = `${'['.repeat(depth)}1${']'.repeat(depth)}`;
    expect(shown(deep)).toEqual({ text: deep.slice(0, 10_000) });
  });

  it('is shown by its line where it is too long to be read', () => expect(shownBody({ compressed: true, shown: null, line: 'a line' })).toEqual({ text: 'a line' }));
});

describe('the headers of a dead letter', () => {
  it('are shown without what their name calls secret, at any depth', () => {
    const headers = { Authorization: 'Bearer x', 'x-api-key': 'x', Cookie: ['x'], 'set-cookie': 'x', nested: { clientSecret: 'x', accessToken: { is: 'x' }, password: 1 } };

    expect(JSON.stringify(shownHeaders(headers))).not.toContain('x"');
    expect(shownHeaders(headers)).toMatchObject({ Authorization: '***', Cookie: '***', nested: { accessToken: '***', password: '***' } });
  });

  it('are else as they are', () => {
    const headers = { 'warren-at': 1795156800102, 'x-death': [{ reason: 'delivery_limit', 'routing-keys': ['a'], count: 20 }], none: null };

    expect(shownHeaders(headers)).toEqual(headers);
  });
});
