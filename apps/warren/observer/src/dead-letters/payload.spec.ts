import { payloadOf } from './payload.js';

describe('a payload to search in', () => {
  it.each([
    ['as it was written, with all digits of its numbers', '{"id": 12345678901234567890, "a": [1e400]}', '{"id": 12345678901234567890, "a": [1e400]}'],
    ['also where it is no object', '42', '42'],
    ['without NUL, which jsonb does not take', '{"a\\u0000b":"c\\u0000"}', '{"ab":"c"}'],
    ['with a mark for half a character', '["\\ud800", "\\ud83d\\ude00"]', '["�","😀"]'],
    ['and what looks like an escape stays', '["\\\\u0000"]', '["\\\\u0000"]'],
    ['none where the body is no JSON', 'hello', null],
    ['none where there is no body', '', null],
    ['none where it is nested too deeply to be written again', `${'['.repeat(100_000)}"\\u0000"${']'.repeat(100_000)}`, null],
  ])('is the body, %s', (_, body, payload) => {
    expect(payloadOf(Buffer.from(body))).toBe(payload);
  });

  it('is there for 256 kB, and not for more', () => {
    const longest = JSON.stringify('x'.repeat(256 * 1024 - 2));

    expect([payloadOf(Buffer.from(longest)), payloadOf(Buffer.from(`${longest} `))]).toEqual([longest, null]);
  });

  it('is none where the body is no text', () => {
    expect(payloadOf(Buffer.from([0xff, 0xfe, 0x00]))).toBeNull();
  });
});
