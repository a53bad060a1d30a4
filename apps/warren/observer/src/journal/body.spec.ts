import { randomBytes } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import { Body, pack } from './body.js';
import { fieldsOf } from './json-fields.js';

describe('a body', () => {
  it('of up to 1 kB is stored as it is', () => {
    const body = Buffer.alloc(1024);
    expect(pack(body)).toEqual({ compressed: false, body });
  });

  it('that is longer is compressed', () => {
    const body = Buffer.from('abc'.repeat(1000));
    const packed = pack(body);

    expect(packed.compressed).toBe(true);
    expect(packed.body.length).toBeLessThan(100);
    expect(zstdDecompressSync(packed.body)).toEqual(body);
  });

  it('that would grow is stored as it is', () => {
    const body = randomBytes(2000);
    expect(pack(body)).toEqual({ compressed: false, body });
  });
});

describe('a payload', () => {
  it('of a long body has the wanted fields, that of a short one may have more', () => {
    const fields = fieldsOf(['text']);
    const [short, long] = ['', 'x'.repeat(1024)].map((note) => new Body(Buffer.from(JSON.stringify({ text: 'a', note })), fields));

    expect([short!.payload, long!.payload]).toEqual([{ text: 'a', note: '' }, { text: 'a' }]);
    expect(long!.payload).toBe(long!.payload);
  });

  it('is parsed once, and what is no JSON says so each time', () => {
    const [body, broken] = [new Body(Buffer.from('{"text":"a"}')), new Body(Buffer.from('{"text"'))];

    expect(body.payload).toEqual({ text: 'a' });
    expect(body.payload).toBe(body.payload);
    expect(() => broken.payload).toThrow(SyntaxError);
    expect(() => broken.payload).toThrow(SyntaxError);
  });
});
