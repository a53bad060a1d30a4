import { readTargets, TargetsFileError } from './targets-file.js';
import type { LineProblem } from './yaml-lines.js';

/** A file of one target with these lines, of which the first one is line 2. */
const one = (...lines: string[]) => ['targets:', ...lines.map((line, n) => `${n === 0 ? '  - ' : '    '}${line}`)].join('\n');
const name = 'name: there';
const url = 'url: http://there.test/';
const body = "body: '{}'";

function problemsIn(text: string): readonly LineProblem[] {
  try {
    readTargets(text);
  } catch (error) {
    if (error instanceof TargetsFileError) return error.problems;
    throw error;
  }
  return [];
}
/** `line: message` of each. */
const linesOf = (text: string) => problemsIn(text).map(({ line, message }) => `${line ?? '-'}: ${message}`);
/** Of a target that is right but for these lines; the first of them is line 5. */
const wrong = (...lines: string[]) => linesOf(one(name, url, body, ...lines));

describe('a targets file', () => {
  it('may have no targets', () => {
    expect(readTargets('targets: []')).toEqual([]);
  });

  it('fills in what a target leaves out', () => {
    expect(readTargets(one(name, url, body))).toEqual([
      {
        name: 'there', method: 'POST', url: 'http://there.test/', headers: {}, body: '{}', success: [{ from: 200, to: 299 }], timeout: 10_000,
        policy: { attempts: 5, delays: [1_000, 5_000, 30_000, 120_000] }, rateLimit: undefined, concurrency: 5, secrets: [], allow: [], breaker: { failures: 5, probes: 4 },
      },
    ]);
  });

  it('reads all that a target may say, and leaves references as they are', () => {
    const text = one(
      name, 'url: ${BASE:-http://there.test}/x', 'method: PUT', "headers: { Authorization: 'Bearer ${KEY}' }", `body: '{"what": "{{ release }}"}'`, 'success: [2xx, 304]', 'timeout: 2s', 'attempts: 7',
      'delays: [100ms, 1m, 19d]', 'rateLimit: { requests: 10, per: 1s }', 'concurrency: 100', "secrets: ['${A}', '${B}']", "allow: [127.0.0.0/8, '::1/128']", 'breaker: { failures: 3 }',
    );

    expect(readTargets(text)).toEqual([
      {
        name: 'there', method: 'PUT', url: '${BASE:-http://there.test}/x', headers: { authorization: 'Bearer ${KEY}' }, body: '{"what": "{{ release }}"}',
        success: [{ from: 200, to: 299 }, { from: 304, to: 304 }], timeout: 2_000, policy: { attempts: 7, delays: [100, 60_000, 1_641_600_000] }, rateLimit: { requests: 10, per: 1_000 },
        concurrency: 100, secrets: ['${A}', '${B}'], allow: ['127.0.0.0/8', '::1/128'], breaker: { failures: 3, probes: 4 },
      },
    ]);
  });

  it.each([
    ['{ first: 1s, factor: 2, most: 10s }', [1_000, 2_000, 4_000, 8_000, 10_000]],
    ['{ first: 1s, most: 1s }', [1_000]],
    ['{ first: 1s, factor: 1, most: 1h }', [1_000]],
    ['{ first: 100ms, factor: 10, most: 19d }', [100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 1_641_600_000]],
  ])('has delays that grow: %s', (delays, list) => {
    expect(readTargets(one(name, url, body, `delays: ${delays}`))[0]?.policy.delays).toEqual(list);
  });

  it('takes a preset, over which the target wins', () => {
    const [target] = readTargets(one(name, url, 'preset: datadog', 'method: PUT', "headers: { X-More: 'yes', DD-API-KEY: '${OTHER}' }", 'breaker: false'));

    expect(target).toMatchObject({ method: 'PUT', headers: { 'content-type': 'application/json', 'dd-api-key': '${OTHER}', 'x-more': 'yes' }, breaker: false });
    expect(target?.body).toContain('alert_type');
  });

  it('is stored as JSON and read back the same', () => {
    const targets = readTargets(one(name, url, 'preset: log', 'rateLimit: { requests: 1, per: 1s }'));

    expect(JSON.parse(JSON.stringify(targets))).toEqual(targets);
  });
});

describe('what is no targets file', () => {
  it.each<[string, string[]]>([
    ['', ['-: the file must be a map with the list targets']],
    ['- a', ['1: the file must be a map with the list targets']],
    ['targets:', ['1: targets: must be a list; targets: [] for none']],
    ['targets: 7', ['1: targets: must be a list; targets: [] for none']],
    ['target: []', ['1: targets: is missing', '1: unknown key "target"']],
    ['targets:\n  - 7', ['2: target 1: must be a map of settings']],
    ['targets:\n  - name: a\n   url: b', ['3: Sequence item without - indicator']],
    ['targets:\n\t- x', ['2: Tabs are not allowed as indentation']],
    ['targets: [\n', ['2: Flow sequence in block collection must be sufficiently indented and end with a ]']],
    ['targets: []\n---\ntargets: []', ['2: Source contains multiple documents; please use YAML.parseAllDocuments()']],
    ['targets: []\nx: &a *a', ['2: An alias node must not specify any properties']],
    ['targets: !mine []', ['1: Unresolved tag: !mine']],
    ['targets: *none', ['-: the file cannot be read: Unresolved alias (the anchor must be set before the alias): none']],
  ])('%j', (text, problems) => {
    expect(linesOf(text)).toEqual(problems);
  });

  it.each([
    ['one of more than 1 MB', `# ${'x'.repeat(1_048_576)}\ntargets: []`, '-: the file must have at most 1 MB'],
    ['nesting without end', `targets: ${'['.repeat(20_000)}`, '1: is nested too deeply'],
    [
      'aliases that multiply',
      ['a: &a [x,x,x,x,x,x,x,x,x]', ...'bcdefgh'.split('').map((key, n) => `${key}: &${key} [${Array(9).fill(`*${'abcdefg'[n] ?? ''}`).join(',')}]`), 'targets: []'].join('\n'),
      '-: the file cannot be read: Excessive alias count indicates a resource exhaustion attack',
    ],
  ])('%s', (_, text, problem) => {
    expect(linesOf(text)[0]).toBe(problem);
  });

  it.each([
    ['keys', Array.from({ length: 60_000 }, (_, n) => `k${n}:`).join('\n'), 201],
    ['headers', one(name, url, body, 'headers:', ...Array.from({ length: 30_000 }, (_, n) => `  "h ${n}": x`)), 200],
    ['targets', ['targets:', ...Array.from({ length: 60_000 }, (_, n) => `  - name: t${n}`)].join('\n'), 1],
  ])('%s without number are told in time, and not all of them', (_, text, problems) => {
    const began = performance.now();

    expect(problemsIn(text).length).toBeLessThanOrEqual(problems);
    expect(performance.now() - began).toBeLessThan(10_000); // a pairwise comparison takes minutes
  });
});

describe('each problem of a target has its line', () => {
  it('and all are told at once', () => {
    const text = ['targets:', '  - name: a', '    url: nowhere', '    timeout: soon', `    body: '{"x":"{{ nope }}"}'`, '    colour: red', '', '  - name: a', '    preset: none', '    url: http://x.test', '    attempts: 0'].join('\n');

    expect(linesOf(text)).toEqual([
      '3: target "a", url: must begin with http:// or https:// and name a host',
      '4: target "a", timeout: must be a duration such as 500ms, 10s, 5m or 1h',
      expect.stringMatching(/^5: target "a", body: unknown field "nope"/),
      '6: target "a": unknown key "colour"',
      '8: target "a": the target of line 2 has the same name',
      '9: target "a", preset: must be one of log, event, slack, grafana, datadog, newrelic, sentry',
      '11: target "a", attempts: must be a whole number from 1 to 1000',
    ]);
  });

  it('the error tells the first one and how many more there are', () => {
    expect(() => readTargets(one(name, body, 'timeout: 1', 'colour: red'))).toThrow('The targets file is wrong: line 2: target "there", url: is missing, and 2 more');
  });

  it.each<[string, string[], string[]]>([
    ['no name', [url, body], ['2: target 1, name: is missing']],
    ['no url', [name, body], ['2: target "there", url: is missing']],
    ['no body', [name, url], ['2: target "there": needs a body, or a preset that has one']],
    ['a body that is none', [name, url, 'body: 7'], ['4: target "there", body: must be a text: put it in quotes']],
    ['nothing as its body', [name, url, 'body:'], ['4: target "there", body: must be a text: put it in quotes']],
    ['a name with a capital', ['name: There', url, body], ['2: target "There", name: must be a small letter, then up to 62 small letters, digits or hyphens, and not "events" or "reload", which the API has for itself']],
    ['a name that the API has for itself', ['name: reload', url, body], ['2: target "reload", name: must be a small letter, then up to 62 small letters, digits or hyphens, and not "events" or "reload", which the API has for itself']],
    ['a long name', [`name: ${'x'.repeat(64)}`, url, body], [`2: target "${'x'.repeat(64)}", name: must be a small letter, then up to 62 small letters, digits or hyphens, and not "events" or "reload", which the API has for itself`]],
    ['a key that is there twice', [name, url, body, url], ['5: the key "url" is there twice']],
    ['another scheme', [name, 'url: file:///etc/passwd', body], ['3: target "there", url: must begin with http:// or https:// and name a host']],
    ['credentials in its url', [name, 'url: http://me:pass@x.test', body], ['3: target "there", url: must not hold credentials: write them as a reference in a header (authorization)']],
    ['a reference as credentials', [name, 'url: http://${USER}@x.test', body], ['3: target "there", url: must not hold credentials: write them as a reference in a header (authorization)']],
    ['a default that is no url', [name, 'url: ${URL:-nowhere}', body], ['3: target "there", url: must begin with http:// or https:// and name a host']],
    ['a url that only the environment knows', [name, 'url: ${URL}', body], []],
    ['a broken reference in its url', [name, 'url: http://x.test/${a-b}', body], ['3: target "there", url: has a ${ that is no reference: write ${NAME} or ${NAME:-default}']],
  ])('%s', (_, lines, problems) => {
    expect(linesOf(one(...lines))).toEqual(problems);
  });

  it.each<[string, string]>([
    ['method: GET', 'method: must be POST, PUT, PATCH or DELETE'],
    ['headers: [a]', 'headers: must be a map of header names and values'],
    ['headers: { x: 1 }', 'headers.x: must be a text: put it in quotes'],
    ['headers: { "x y": a }', 'headers.x y: is no name of a header'],
    ['headers: { x: "a\\nb" }', 'headers.x: must be one line'],
    ['headers: { Webhook-Id: a }', 'headers.Webhook-Id: is a header that the notifier sets itself'],
    ['headers: { content-length: "1" }', 'headers.content-length: is a header that the notifier sets itself'],
    ['headers: { x: "${" }', 'headers.x: has a ${ that is no reference: write ${NAME} or ${NAME:-default}'],
    ['success: []', 'success: must name one code at least'],
    ['success: [6xx]', 'success[0]: must be a code from 200 to 599, or 2xx, 3xx, 4xx or 5xx'],
    ['success: [2xx, 99]', 'success[1]: must be a whole number from 200 to 599'],
    ['success: [true]', 'success[0]: must be a code from 200 to 599, or 2xx, 3xx, 4xx or 5xx'],
    ['timeout: 10', 'timeout: must be a duration such as 500ms, 10s, 5m or 1h'],
    ['timeout: 50ms', 'timeout: must be 100ms to 10m'],
    ['timeout: 11m', 'timeout: must be 100ms to 10m'],
    ['attempts: 1001', 'attempts: must be a whole number from 1 to 1000'],
    ['attempts: 1.5', 'attempts: must be a whole number from 1 to 1000'],
    ['attempts: many', 'attempts: must be a whole number from 1 to 1000'],
    ['delays: 1s', 'delays: must be a list of durations, or { first, factor, most }'],
    ['delays: []', 'delays: must name one delay at least'],
    ['delays: [1s, 99ms]', 'delays[1]: must be 100ms to 19 days'],
    ['delays: [20d]', 'delays[0]: must be 100ms to 19 days'],
    ['delays: [1s, later]', 'delays[1]: must be a duration such as 500ms, 10s, 5m or 1h'],
    ['delays: { first: 1s }', 'delays.most: is missing'],
    ['delays: { first: 10s, most: 1s }', 'delays.most: must not be less than first'],
    ['delays: { first: 1s, most: 2s, factor: 0.5 }', 'delays.factor: must be 1 or more'],
    ['delays: { first: 1s, most: 2s, least: 1s }', 'delays: unknown key "least"'],
    ['rateLimit: 10', 'rateLimit: must be { requests, per }'],
    ['rateLimit: { requests: 0, per: 1s }', 'rateLimit.requests: must be a whole number from 1 to 100000'],
    ['rateLimit: { requests: 1 }', 'rateLimit.per: is missing'],
    ['concurrency: 0', 'concurrency: must be a whole number from 1 to 100'],
    ['concurrency: 101', 'concurrency: must be a whole number from 1 to 100'],
    ['secrets: [whsec_c2VjcmV0c2VjcmV0c2VjcmV0c2VjcmV0]', 'secrets[0]: must be a reference such as ${RELEASE_SECRET}, so that the file holds no secret'],
    ['secrets: ["${A:-whsec_x}"]', 'secrets[0]: must be a reference such as ${RELEASE_SECRET}, so that the file holds no secret'],
    ['secrets: "${A}"', 'secrets: must be a list'],
    ['allow: [10.0.0.0/33]', 'allow[0]: must be a range of addresses such as 10.0.0.0/8 or fd00::/8'],
    ['allow: [10.0.0.1]', 'allow[0]: must be a range of addresses such as 10.0.0.0/8 or fd00::/8'],
    ['allow: [localhost]', 'allow[0]: must be a range of addresses such as 10.0.0.0/8 or fd00::/8'],
    ['breaker: true', 'breaker: must be false, or { failures, probes }'],
    ['breaker: { failures: 0 }', 'breaker.failures: must be a whole number from 1 to 1000'],
    ['breaker: { probes: 61 }', 'breaker.probes: must be a whole number from 1 to 60'],
    ['breaker: { probe: 1 }', 'breaker: unknown key "probe"'],
  ])('%s', (line, problem) => {
    expect(wrong('# a comment', line)).toEqual([`6: target "there"${problem.includes(': unknown key') && !/^\w+: /.test(problem) ? '' : ', '}${problem}`]);
  });

  it('the same header, written twice', () => {
    expect(wrong('headers:', '  x-a: "1"', '  X-A: "2"')).toEqual(['6: target "there", headers.x-a: is the same header as X-A', '7: target "there", headers.X-A: is the same header as x-a']);
  });

  it('shows no value: it may be a secret', () => {
    const said = [...wrong('secrets: [whsec_hunter2]', 'headers: { authorization: "hunter2 ${" }'), ...linesOf(one(name, 'url: ftp://hunter2@x', body))].join('\n');

    expect(said).not.toContain('hunter2');
  });
});

describe('a problem of a template has its line in the file', () => {
  it('in a text over several lines', () => {
    expect(linesOf(one(name, url, 'body: | # of the log', '  {', '    "a": "{{ release }}",', '    "b": "{{ nope }}", "c": "{{ release | upkase }}"', '  }'))).toEqual([
      expect.stringMatching(/^7: target "there", body: unknown (field "nope"|filter "upkase")/),
      expect.stringMatching(/^7: target "there", body: unknown (field "nope"|filter "upkase")/),
    ]);
  });

  it('where the text begins, if it is folded or quoted', () => {
    expect(linesOf(one(name, url, 'body: >', '  {"a":', '  "{{ nope }}"}'))).toEqual([expect.stringMatching(/^4: target "there", body: unknown field "nope"/)]);
    expect(linesOf(one(name, url, 'body: "{{ release }\\n}\\n{{ nope }}"'))[0]).toMatch(/^4: target "there", body: /);
  });

  it('of what an alias repeats is its own', () => {
    const other = one('name: other', url, body, 'rateLimit: *r').split('\n').slice(1).join('\n');

    expect(linesOf([one(name, url, body, 'rateLimit: &r', '  requests: 0', '  per: 1s'), other].join('\n'))).toEqual([
      '6: target "there", rateLimit.requests: must be a whole number from 1 to 100000',
      '6: target "other", rateLimit.requests: must be a whole number from 1 to 100000',
    ]);
  });

  it('of an alias is the line of the alias', () => {
    expect(linesOf(one(name, url, "body: &b '{{ nope }}'").concat('\n', one('name: other', url, 'body: *b').split('\n').slice(1).join('\n'))).map((problem) => problem.slice(0, 16))).toEqual(['4: target "there', '7: target "other']);
  });

  it('a body must be JSON, unless its content-type is another', () => {
    const text = (...lines: string[]) => linesOf(one(name, url, "body: 'released {{ release }}'", ...lines));

    expect(text()).toEqual([expect.stringMatching(/^4: target "there", body: the body is no JSON for every release/)]);
    expect(text("headers: { Content-Type: 'application/vnd.x+json; charset=utf-8' }")).toHaveLength(1);
    expect(text('preset: slack')).toHaveLength(1);
    expect(text("headers: { Content-Type: 'text/plain' }")).toEqual([]);
    expect(text('preset: slack', "headers: { Content-Type: 'text/plain' }")).toEqual([]);
  });

  it('a body holds no reference', () => {
    expect(linesOf(one(name, url, `body: '{"key":"\${KEY}"}'`))).toEqual(['4: target "there", body: must hold no reference: those are for url, headers and secrets']);
  });
});
