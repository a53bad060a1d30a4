import { missingReferences, referenceProblems, ReferencesError, resolveTarget } from './references.js';
import type { Target } from './target.js';

const base: Target = {
  name: 'there', method: 'PUT', url: 'http://there.test/', headers: {}, body: '{"x":"${NAME}"}', success: [], timeout: 1, policy: { attempts: 1, delays: [100] },
  concurrency: 1, secrets: [], allow: [], breaker: false,
};
const key = Buffer.alloc(32, 7).toString('base64');
const resolve = (over: Partial<Target>, env: Record<string, string> = {}) => resolveTarget({ ...base, ...over }, env);

describe('references', () => {
  it('are replaced in url, headers and secrets, and nowhere else', () => {
    const { target } = resolve({ url: 'http://${HOST}:${PORT}/${HOST}', headers: { a: 'Bearer ${TOKEN}', b: 'plain' }, secrets: ['${SECRET}'] }, { HOST: 'there.test', PORT: '80', TOKEN: 't', SECRET: `whsec_${key}` });

    expect(target).toEqual({ ...base, url: 'http://there.test:80/there.test', headers: { a: 'Bearer t', b: 'plain' }, secrets: [`whsec_${key}`] });
  });

  it('stand for their default where the variable is not set, or empty', () => {
    const url = '${URL:-http://127.0.0.1:8084}/api';

    expect(resolve({ url }).target.url).toBe('http://127.0.0.1:8084/api');
    expect(resolve({ url }, { URL: '' }).target.url).toBe('http://127.0.0.1:8084/api');
    expect(resolve({ url }, { URL: 'https://x.test' }).target.url).toBe('https://x.test/api');
    expect(resolve({ headers: { a: 'x${NONE:-}' } }).target.headers).toEqual({ a: 'x' });
  });

  it('are replaced once: what a value holds stays', () => {
    expect(resolve({ headers: { a: '${A}' } }, { A: '${B}$&', B: 'b' }).target.headers).toEqual({ a: '${B}$&' });
  });

  it('give the values to mask, unless they are short: those would be found everywhere', () => {
    const env = { PATH_TOKEN: 'T0/B0/x', TOKEN: 'hunter2', SHORT: 'prod1', SECRET: `whsec_${key}` };
    const { secretValues } = resolve({ url: 'http://x.test/${PATH_TOKEN}', headers: { a: '${TOKEN} ${SHORT}', b: '${OTHER:-otherwise}' }, secrets: ['${SECRET}'] }, env);

    expect(secretValues.sort()).toEqual(['T0/B0/x', 'hunter2', 'otherwise', `whsec_${key}`, key].sort());
  });
});

describe('references that stand for nothing', () => {
  const targets = [base, { ...base, name: 'a', url: 'http://${HOST}/${HOST}', headers: { x: '${TOKEN}${SET}${D:-d}' }, secrets: ['${SECRET}'] }, { ...base, name: 'b', headers: { x: '${TOKEN}' } }];

  it('are all named, once a target', () => {
    expect(missingReferences(targets, { SET: 'x', SECRET: '' })).toEqual([
      { target: 'a', name: 'HOST' },
      { target: 'a', name: 'TOKEN' },
      { target: 'a', name: 'SECRET' },
      { target: 'b', name: 'TOKEN' },
    ]);
  });

  it('let no target be resolved', () => {
    expect(() => resolve({ headers: { x: '${TOKEN}' } })).toThrow(new ReferencesError('Target "there" cannot deliver: the environment has no TOKEN.'));
  });
});

describe('references that stand for what a target cannot use', () => {
  it.each<[Partial<Target>, Record<string, string>, string]>([
    [{ url: '${URL}' }, { URL: 'ftp://x.test/secret' }, "its url, with the environment's values, must begin with http:// or https:// and name a host"],
    [{ url: '${URL}' }, { URL: 'secret' }, "its url, with the environment's values, must begin with http:// or https:// and name a host"],
    [{ url: 'http://${HOST}/' }, { HOST: 'me:secret@x.test' }, "its url, with the environment's values, must not hold credentials: write them as a reference in a header (authorization)"],
    [{ headers: { authorization: 'Bearer ${TOKEN}' } }, { TOKEN: 'secret\n' }, 'the value of its header "authorization" has a newline or another character that no header may have'],
    [{ secrets: ['${SECRET}'] }, { SECRET: 'secret' }, 'Secret 1 cannot sign: it must be whsec_ and 24 to 64 random bytes in base64, such as from: echo whsec_$(openssl rand -base64 32)'],
  ])('%j: said without showing it', (over, env, message) => {
    expect(referenceProblems([{ ...base, ...over }], env)).toEqual([{ target: 'there', message }]);
    expect(() => resolve(over, env)).toThrow(ReferencesError);
    expect(message.toLowerCase().replaceAll('secret 1', '')).not.toContain('secret');
  });

  it('are no problem otherwise', () => {
    expect(referenceProblems([base, { ...base, url: '${URL}' }], { URL: 'https://x.test/' })).toEqual([]);
  });
});
