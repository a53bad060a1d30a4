import { infoOf } from '@warren/protocol';
import { signal } from './signal.js';

describe('the signal flow', () => {
  it('has its topics, and nobody is to consume the answers', () => {
    const contracts = infoOf(signal).contracts.map(({ type, topic, options }) => ({ type, topic, terminal: options.terminal ?? false }));

    expect(contracts).toEqual([
      { type: 'signal.original@1', topic: 'my.o', terminal: false },
      { type: 'signal.intermediate@1', topic: 'my.i', terminal: true },
    ]);
  });

  it('carries a text, and shows it as its line', () => {
    expect(signal.original.info.schema.parse({ text: 'MSG_1' })).toEqual({ text: 'MSG_1' });
    expect(signal.original.info.schema.safeParse({ text: 1 }).success).toBe(false);
    expect(signal.original.info.options.line).toBe('{text}');
  });
});
