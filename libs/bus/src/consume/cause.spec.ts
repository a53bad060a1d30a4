import { runInNewContext } from 'node:vm';
import { causeOf } from './cause.js';

const withStack = (...frames: string[]) => Object.assign(new Error('no change'), { stack: ['Error: no change', ...frames.map((frame) => `    at ${frame}`)].join('\n') });

describe('the cause of a dead letter', () => {
  it('is the error by class, message and stack', () => {
    class TillError extends Error {}

    const cause = causeOf(new TillError('no change'));

    expect(cause).toMatchObject({ name: 'TillError', message: 'no change' });
    expect(cause.stack?.split('\n')[0]).toMatch(/\(src\/consume\/cause\.(spec\.)?ts:\d+:\d+\)$/);
  });

  it('has the name that the error gives itself, and else that of its class', () => {
    expect(causeOf(new TypeError('x')).name).toBe('TypeError');
    expect(causeOf(Object.assign(new Error('x'), { name: 'AbortError' })).name).toBe('AbortError');
    expect(causeOf(new Error('x')).name).toBe('Error');
  });

  it('holds no path of the machine, wherever the process runs', () => {
    const { stack } = causeOf(
      withStack(
        'Till.sell (/home/alice/shop/apps/till/dist/till.consumer.js:3:7)',
        'async Till.sell (file:///srv/my shop/(new)/till/dist/till.js:1:2)',
        'C:\\Users\\alice\\shop\\dist\\till.js:4:5',
        'new Pool (/home/alice/shop/node_modules/pg-pool/index.js:9:11)',
        'Object.next (/srv/node_modules/a/node_modules/@nestjs/core/router/x.js:1:1)',
        'process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
        'Array.map (<anonymous>)',
      ),
    );

    expect(stack?.split('\n')).toEqual([
      'Till.sell (till/dist/till.consumer.js:3:7)',
      'async Till.sell (till/dist/till.js:1:2)',
      'shop/dist/till.js:4:5',
      'new Pool (pg-pool/index.js:9:11)',
      'Object.next (@nestjs/core/router/x.js:1:1)',
      'Array.map (<anonymous>)',
    ]);
  });

  it('repeats nothing of the message in its stack', () => {
    expect(causeOf(new Error('line one\nline two')).stack).not.toContain('line');
  });

  it.each([
    ['a text', 'no change', 'no change'],
    ['nothing', undefined, 'undefined'],
    ['an object', { code: 'E1', items: ['tea'] }, "{ code: 'E1', items: [ 'tea' ] }"],
    ['an object without a prototype', Object.create(null), '[Object: null prototype] {}'],
    ['a symbol', Symbol('no'), 'Symbol(no)'],
  ])('is named an Error when what was thrown is none: %s', (_, thrown, message) => {
    expect(causeOf(thrown)).toEqual({ name: 'Error', message, stack: undefined });
  });

  it.each([
    ['a message that is no text', Object.assign(new Error(), { message: { code: 7 } }), { name: 'Error', message: '{ code: 7 }' }],
    ['a name that is no text', Object.assign(new TypeError('no'), { name: 7 }), { name: 'TypeError', message: 'no' }],
    ['no stack', Object.assign(new Error('no'), { stack: undefined }), { stack: undefined }],
    ['a stack that is no text', Object.assign(new Error('no'), { stack: [1] }), { stack: undefined }],
    ['no class', Object.setPrototypeOf(new Error('no'), Object.create(Error.prototype, { constructor: { value: undefined } }) as object), { name: 'Error', message: 'no' }],
  ])('is told also of an error with %s', (_, thrown, cause) => {
    expect(causeOf(thrown)).toMatchObject(cause);
  });

  it('is told of an error of another realm, as a worker or a vm gives', () => {
    expect(causeOf(runInNewContext('new RangeError("far")'))).toMatchObject({ name: 'RangeError', message: 'far' });
  });

  it('is short enough for a header, whatever was thrown', () => {
    const huge = Object.assign(new Error('\0'.repeat(1_000_000)), { name: 'N'.repeat(1_000_000), stack: `Error\n    at ${'f'.repeat(1_000_000)} (/a/b.js:1:1)` });

    expect(Buffer.byteLength(JSON.stringify(causeOf(huge)))).toBeLessThan(12_000);
    expect(causeOf(huge).stack).toHaveLength(4_000);
  });
});
