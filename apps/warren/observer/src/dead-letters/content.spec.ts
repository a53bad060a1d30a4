import { zstdDecompressSync } from 'node:zlib';
import { contentOf } from './content.js';

const content = (payload: unknown, rendering: Parameters<typeof contentOf>[1] = { line: '{text}', secret: [] }) => contentOf(Buffer.from(JSON.stringify(payload)), rendering);

describe('what is kept of a dead letter', () => {
  it('shows the line of its contract', () => {
    expect(content({ text: 'MSG_1' }).line).toBe('MSG_1');
  });

  it.each([{ txt: 'MSG_1' }, { text: '' }, { text: ' ' }])('shows the body where the contract has nothing to show: %j', (payload) => {
    expect(content(payload).line).toBe(JSON.stringify(payload));
  });

  it('shows no secret in either', () => {
    const { line, shown, payload, body } = content({ user: 'bob', pin: '1234' }, { line: '{text}', secret: ['pin'] });
    expect(line).toBe('{"user":"bob","pin":"***"}');
    expect([shown!.toString(), payload]).toEqual([line, line]);
    expect(body.toString()).toContain('1234');
  });

  it('keeps a body without secrets once', () => {
    expect(content({ text: 'MSG_1' })).toMatchObject({ shown: null, size: 16, compressed: false });
  });

  it('is kept of one that nests too deep to be looked into, too', () => {
    const deep = `${'['.repeat(200_000)}1${']'.repeat(200_000)}`;
    expect(contentOf(Buffer.from(deep), { line: '{text}', secret: ['pin'] })).toMatchObject({ line: '***', payload: null });
  });

  it('packs a long one, and parses none that no consumer takes', () => {
    const text = 'x'.repeat(8 * 1024 ** 2);
    const { compressed, body, line, size, payload } = content({ text });
    expect([compressed, zstdDecompressSync(body).length, payload]).toEqual([true, size, null]);
    expect(line).toMatch(/^\{"text":"x+$/);
  });
});
