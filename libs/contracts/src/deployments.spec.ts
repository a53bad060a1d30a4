import { infoOf } from '@warren/protocol';
import { deployments } from './deployments.js';

const { schema, options } = deployments.released.info;
const release = { release: 'v1.2.3', datetime: '2026-11-26T10:00:00Z' };
const fits = (payload: unknown) => schema.safeParse(payload).success;

describe('the deployments flow', () => {
  it('has one topic, and a release that nobody takes is an error', () => {
    const contracts = infoOf(deployments).contracts.map(({ type, topic, options: { terminal = false } }) => ({ type, topic, terminal }));

    expect(contracts).toEqual([{ type: 'deployments.released@1', topic: 'release.published', terminal: false }]);
  });

  it('shows the release as its line', () => {
    expect(options.line).toBe('{release}');
  });
});

describe('a release', () => {
  it('has no attributes where none are given, and blanks around its name are dropped', () => {
    expect(schema.parse({ ...release, release: ' v1.2.3\n' })).toEqual({ ...release, attributes: {} });
  });

  it.each(['a', 'x'.repeat(200), `  ${'x'.repeat(200)}  `])('is a name: %j', (name) => {
    expect(fits({ ...release, release: name })).toBe(true);
  });

  it.each(['', ' \t ', 'x'.repeat(201), 7, null, undefined])('is not %j', (name) => {
    expect(fits({ ...release, release: name })).toBe(false);
  });
});

describe('the time of a release', () => {
  it.each(['2026-11-26T10:00:00Z', '2026-11-26T10:00:00.123Z', '2026-11-26T10:00:00+02:00', '2024-02-29T00:00:00Z'])('is %s', (datetime) => {
    expect(schema.parse({ ...release, datetime }).datetime).toBe(datetime);
  });

  it.each(['2026-02-30T10:00:00Z', '2026-11-26T25:00:00Z', '2026-11-26T10:00:00', '2026-11-26 10:00:00', '2026-11-26', 'now', 1_795_687_200, undefined])('is not %j', (datetime) => {
    expect(fits({ ...release, datetime })).toBe(false);
  });
});

describe('the attributes of a release', () => {
  it('are texts under keys that a template can name', () => {
    const attributes = { branch: 'main', 'built-by': '', Run_7: 'a=b "c"\n', text: 'x'.repeat(4_000) };

    expect(schema.parse({ ...release, attributes }).attributes).toEqual(attributes);
  });

  it.each([{ '': 'x' }, { '1st': 'x' }, { 'a b': 'x' }, { 'a.b': 'x' }, { _: 'x' }, { ['k'.repeat(101)]: 'x' }, { text: 'x'.repeat(4_001) }, { n: 1 }, []])('are not %j', (attributes) => {
    expect(fits({ ...release, attributes })).toBe(false);
  });
});
