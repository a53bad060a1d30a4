import { keepSecrets, maskedField } from './keep-secrets.js';

const user = (name: string, token: string) => ({ name, token });
const [ann, bob, cid] = [user('ann', 'A'), user('bob', 'B'), user('cid', 'C')];
const masked = ({ name }: { name: string }) => user(name, '***');

describe('an edit keeps secrets', () => {
  it('that were left as they were shown', () => {
    expect(keepSecrets({ ...masked(ann), name: 'eva' }, masked(ann), ann)).toEqual(user('eva', 'A'));
  });

  it('but takes those that it says', () => {
    expect(keepSecrets(user('ann', 'new'), masked(ann), ann)).toEqual(user('ann', 'new'));
  });

  it('however deep they are', () => {
    const at = (user: object) => ({ n: 1, a: { b: [{ user }] } });
    expect(keepSecrets({ ...at(masked(ann)), n: 2 }, at(masked(ann)), at(ann))).toEqual({ ...at(ann), n: 2 });
  });

  it('of list members that were moved, removed or added', () => {
    const shown = [ann, bob, cid].map(masked);
    const stored = [ann, bob, cid];

    expect(keepSecrets([cid, ann, bob].map(masked), shown, stored)).toEqual([cid, ann, bob]);
    expect(keepSecrets([masked(bob), masked(cid)], shown, stored)).toEqual([bob, cid]);
    expect(keepSecrets([user('new', 'N'), ...shown], shown, stored)).toEqual([user('new', 'N'), ann, bob, cid]);
  });

  it('of a list member that was changed at its place', () => {
    expect(keepSecrets([ann, user('bo', '***'), cid].map(masked), [ann, bob, cid].map(masked), [ann, bob, cid])).toEqual([ann, user('bo', 'B'), cid]);
  });

  it('and gives none to a list member that may be another one', () => {
    const edited = [user('bo', '***'), masked(cid)];
    expect(keepSecrets(edited, [ann, bob, cid].map(masked), [ann, bob, cid])).toEqual([user('bo', '***'), cid]);

    const swapped = [masked(bob), user('an', '***')];
    expect(keepSecrets(swapped, [ann, bob].map(masked), [ann, bob])).toEqual([bob, user('an', '***')]);
  });

  it('of equal list members each its own', () => {
    const twins = [user('ann', 'A'), user('ann', 'B')];
    expect(keepSecrets({ x: 1, users: twins.map(masked) }, { x: 0, users: twins.map(masked) }, { x: 0, users: twins })).toEqual({ x: 1, users: twins });
  });

  it('and nothing of a body that was no JSON', () => {
    expect(keepSecrets(masked(ann), undefined, undefined)).toEqual(masked(ann));
  });

  it('and is not led astray by names of Object', () => {
    const edited = JSON.parse('{"__proto__":{"token":"***"},"toString":"***","n":1}') as unknown;
    expect(JSON.stringify(keepSecrets(edited, { n: 0 }, { n: 0 }))).toBe('{"__proto__":{"token":"***"},"toString":"***","n":1}');
  });
});

describe('a mask that nothing stands behind', () => {
  it.each([
    ['token', { token: '***' }, 'token'],
    ['user.token', { user: { token: '***' } }, 'user.token'],
    ['users.token', { users: [{ token: 'A' }, { token: '***' }] }, 'users.token'],
    ['token', [{ token: '***' }], 'token'],
    ['tokens', { tokens: ['A', '***'] }, 'tokens'],
    ['token', { token: 'A', other: '***' }, undefined],
    ['token.value', { token: '***' }, undefined],
    ['token', '***', undefined],
  ])('is found at %s in %j', (path, payload, found) => {
    expect(maskedField(payload, [path])).toBe(found);
  });
});
