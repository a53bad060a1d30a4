import { zstdCompressSync } from 'node:zlib';
import { trade } from './flow.js';
import { bodyOf } from './ingest.js';

describe('a body', () => {
  it.each([1_000, 13_000])('has %d bytes, and is what the contract says', (size) => {
    const body = bodyOf(7, size);

    expect(body).toHaveLength(size);
    expect(trade.delivered.info.schema.safeParse(JSON.parse(body.toString())).success).toBe(true);
  });

  it('is no easier to compress than a real one: to a seventh at the most', () => {
    expect(zstdCompressSync(bodyOf(7, 13_000)).length).toBeGreaterThan(13_000 / 7);
  });
});
