import { z } from 'zod';
import { contract, flow, infoOf } from './contract.js';

const text = z.object({ text: z.string() });

describe('a flow', () => {
  it('gives its contracts their names, its exchange and a type with the version', () => {
    const signal = flow('signal', { original: contract('my.o', text), intermediate: contract('my.i', text, { version: 2, terminal: true }) });

    expect(signal.original.info).toMatchObject({ flow: 'signal', exchange: 'signal', name: 'original', topic: 'my.o', version: 1, type: 'signal.original@1' });
    expect(signal.intermediate.info).toMatchObject({ type: 'signal.intermediate@2', options: { terminal: true } });
    expect(infoOf(signal)).toMatchObject({ name: 'signal', exchange: 'signal', contracts: [{ name: 'original' }, { name: 'intermediate' }] });
  });

  it('may say another exchange than its name', () => {
    expect(flow('signal', { original: contract('my.o', text) }, { exchange: 'legacy' }).original.info.exchange).toBe('legacy');
  });

  it('refuses a name that is no exchange name', () => {
    expect(() => flow('My Flow', {})).toThrow('Flow "My Flow" must be lower-case letters, digits and dashes.');
  });

  it('refuses a contract name that is no camelCase word', () => {
    expect(() => flow('signal', { 'my-original': contract('my.o', text) })).toThrow('Contract "signal.my-original" must be a camelCase name.');
  });

  it('refuses two contracts with one topic, as no consumer could tell them apart', () => {
    expect(() => flow('signal', { one: contract('my.o', text), two: contract('my.o', text) })).toThrow('Two contracts of flow "signal" have the topic "my.o".');
  });
});

describe('a contract', () => {
  it('called with a payload gives a draft to publish', () => {
    const { original } = flow('signal', { original: contract('my.o', text) });

    expect(original({ text: 'MSG_1' })).toEqual({ contract: original.info, payload: { text: 'MSG_1' } });
  });

  it.each(['', 'my..o', 'my.*', '#', 'my o', 'x'.repeat(256)])('refuses the topic "%s"', (topic) => {
    expect(() => contract(topic, text)).toThrow('must be words');
  });
});

describe("a flow's deadline", () => {
  it('is an hour where the flow says nothing', () => {
    expect([infoOf(flow('signal', {})).deadline, infoOf(flow('signal', {}, { deadline: 5_000 })).deadline]).toEqual([3_600_000, 5_000]);
  });

  it.each([0, -1, 1.5, NaN, Infinity])('is not %d', (deadline) => {
    expect(() => flow('signal', {}, { deadline })).toThrow(`The deadline of flow "signal" must be whole milliseconds, 1 or more, not ${deadline}.`);
  });
});
