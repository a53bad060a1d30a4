import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AuditPage, type Problem, type Role } from '@warren/protocol';
import { add } from '../../test/dead-letters.js';
import { fakeObserver, type FakeObserver } from '../../test/fake-observer.js';
import { type Answer, startGateway, surroundings, type TestGateway } from '../../test/start-gateway.js';

const folder = mkdtempSync(join(tmpdir(), 'warren-roles-'));
const keyOf = (role: Role, name: string) => JSON.stringify({ id: name, name, role, sha256: createHash('sha256').update(`wrn_${name}`).digest('hex'), createdAt: new Date().toISOString() });

let gateway: TestGateway;
let observer: FakeObserver;
let operation: unknown;

const as = (name: string, path: string, method = 'GET', body?: string, key?: string): Promise<Answer> =>
  gateway.call(`/api/v1/${path}`, { method, body, headers: { Authorization: `Bearer wrn_${name}`, ...(key !== undefined && { 'Idempotency-Key': key }) } });

beforeAll(async () => {
  const around = await surroundings();
  const keysFile = join(folder, 'keys.jsonl');
  writeFileSync(keysFile, `${keyOf('viewer', 'vera')}\n${keyOf('operator', 'otto')}\n${keyOf('operator', 'olga')}\n`);
  await add(around.database, 'dead_letters', {});
  await add(around.database, 'dead_groups', {});
  [operation] = await add(around.database, 'operations', {});
  gateway = await startGateway(around, { WARREN_KEYS_FILE: keysFile, NOTIFIER_URL: 'http://127.0.0.1:1' });
  observer = await fakeObserver(around.broker, around.database);
});
afterAll(() => {
  delete process.env['WARREN_KEYS_FILE'];
  rmSync(folder, { recursive: true });
});

describe('a viewer', () => {
  it.each(['dead-letters', 'dead-letters/1', 'dead-letters/groups', 'dead-letters/groups/g1', 'dead-letters/health', 'operations', 'audit'])('may read %s', async (path) => {
    expect((await as('vera', path)).status).toBe(200);
  });

  it.each([
    ['POST', 'dead-letters/redrive', '{"group":"g1"}'],
    ['POST', 'dead-letters/redrive', '{"group":"g1","dryRun":true}'],
    ['POST', 'dead-letters/discard', '{"group":"g1"}'],
    ['POST', 'dead-letters/adopt', '{"queue":"legacy"}'],
    ['POST', 'dead-letters/groups/g1/notes', '{"text":"x"}'],
    ['PUT', 'dead-letters/1/payload', '{}'],
    ['POST', 'journeys/replay', '{"query":""}'],
    ['POST', 'operations/{id}/abort', undefined],
  ])('may not %s %s %s, which an operator may', async (method, path, body) => {
    const asked = [path.replace('{id}', String(operation)), method, body] as const;

    expect((await as('vera', ...asked)).json<Problem>()).toMatchObject({ status: 403, code: 'role-too-low' });
    expect(observer.requests.filter(({ by }) => by === 'vera')).toEqual([]);
    expect((await as('otto', ...asked)).status).toBeLessThan(300);
  });
});

/** Whom the roles let through is refused by the notifier's absence. */
describe('targets', () => {
  it.each(['targets', 'targets/a', 'targets/events', 'deliveries'])('are open to a viewer: %s', async (path) => {
    expect((await as('vera', path)).json<Problem>()).toMatchObject({ code: 'notifier-unreachable' });
  });

  it.each(['targets/a/test', 'targets/a/disable', 'targets/a/enable', 'targets/reload'])('are changed by an operator, not by a viewer: %s', async (path) => {
    expect((await as('vera', path, 'POST')).json<Problem>()).toMatchObject({ status: 403, code: 'role-too-low' });
    expect((await as('otto', path, 'POST')).json<Problem>()).toMatchObject({ code: 'notifier-unreachable' });
  });
});

describe('nobody', () => {
  it.each([['GET', 'dead-letters'], ['GET', 'audit'], ['POST', 'dead-letters/redrive'], ['GET', 'targets'], ['POST', 'targets/reload']])('may %s %s without a key', async (method, path) => {
    expect((await gateway.call(`/api/v1/${path}`, { method })).status).toBe(401);
  });
});

describe('an operator', () => {
  it('is named in the audit', async () => {
    await as('olga', 'dead-letters/redrive', 'POST', '{"group":"g1"}');

    expect((await as('vera', 'audit?limit=1')).json<AuditPage>().items).toMatchObject([{ by: 'olga', action: 'redrive' }]);
  });

  it("never gets the answer to another's key", async () => {
    const ids = await Promise.all(['olga', 'otto'].map(async (name) => (await as(name, 'dead-letters/redrive', 'POST', '{"group":"g1"}', 'key')).headers.get('location')));

    expect(new Set(ids).size).toBe(2);
  });
});
