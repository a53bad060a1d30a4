import { newId } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { runningSender, type Running } from '../../test/running-sender.js';
import { type Job } from './jobs.dto.js';

let sender: Running;
beforeAll(async () => (sender = await runningSender()));
beforeEach(() => sender.database.query('truncate jobs_sender.jobs, jobs_sender.outbox'));

type Body = Job & { code: string; detail: string; issues: { path: string; message: string }[]; items: Job[]; next: string | null };

async function call(method: string, path: string, body?: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(`${sender.url}/api/jobs${path}`, { method, headers, ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }) });
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
}
const submit = (message: unknown, id?: string) => call('POST', '', { message, id });
const stored = () => sender.database.query<{ id: string; session: string }>('select id, session from jobs_sender.jobs order by seq');
const outbox = () => sender.database.query<{ type: string; payload: unknown }>('select type, payload from jobs_sender.outbox order by 1');
const become = (id: string, state: string) => sender.database.query(`update jobs_sender.jobs set state = $2, error = 'It failed.', attempts = 5 where id = $1`, [id, state]);

describe('POST /api/jobs', () => {
  it('stores a job together with its message, and says where it is', async () => {
    const { status, headers, body } = await submit('  pack 3 boxes\n');
    expect(status).toBe(202);
    expect(headers.get('location')).toBe(`/api/jobs/${body.id}`);
    expect(body).toMatchObject({ message: 'pack 3 boxes', state: 'queued', round: 1, attempts: 0, instance: null, error: null, cancelling: false, held: true });
    expect((await call('GET', `/${body.id}`)).body).toMatchObject({ id: body.id, message: 'pack 3 boxes', submittedAt: body.submittedAt });
    expect(await outbox()).toMatchObject([{ type: 'jobs.submitted@1', payload: expect.stringContaining('pack 3 boxes') }]);
  });

  it.each([
    ['nothing', undefined, 'message must be text'],
    ['a list', [], 'The body must be an object with a message'],
    ['no message', {}, 'message must be text'],
    ['a message that is no text', { message: 7 }, 'message must be text'],
    ['a blank message', { message: ' \n\t ' }, 'message must not be blank'],
    ['4,097 bytes', { message: `${'ä'.repeat(2_048)}x` }, 'message must be at most 4096 bytes'],
    ['a NUL character', { message: 'a\0b' }, 'message must not have NUL characters'],
    ['an id that is none', { message: 'x', id: '7' }, 'id must be a UUID'],
  ])('refuses %s, says what to change and stores nothing', async (_, given, detail) => {
    const { status, body } = await call('POST', '', given);
    expect([status, body.code, body.detail]).toEqual([422, 'wrong-message', detail]);
    expect(body.issues).toHaveLength(1);
    expect(await stored()).toEqual([]);
  });

  it('takes 4,096 bytes', async () => {
    expect((await submit(`  ${'ä'.repeat(2_048)}  `)).status).toBe(202);
  });

  it('refuses what is no JSON, and a body that is too large', async () => {
    expect((await call('POST', '', '{')).status).toBe(400);
    expect(await call('POST', '', { message: 'x'.repeat(70_000) })).toMatchObject({ status: 413, body: { detail: 'The body may have at most 65536 bytes.' } });
  });

  it('given the same id again submits nothing twice, also at the same time', async () => {
    const id = newId();
    const answers = await Promise.all([1, 2, 3, 4, 5].map(() => submit('once', id)));
    expect(answers.map(({ status, body }) => [status, body.id])).toEqual(Array.from({ length: 5 }, () => [202, id]));
    expect([await stored(), await outbox()]).toMatchObject([[{ id }], [{}]]);
  });

  it('refuses another message with an id that is taken', async () => {
    const { body } = await submit('first');
    const other = await submit('second', body.id);
    expect([other.status, other.body.code, other.body.detail]).toEqual([409, 'other-message', expect.stringMatching(/^A job of this id was submitted with another message: submit this one with an id of its own/)]);
    expect((await call('GET', `/${body.id}`)).body.message).toBe('first');
  });

  it('is of the session whose cookie it brings, and makes none where it brings none', async () => {
    const page = await fetch(sender.url);
    const cookie = page.headers.get('set-cookie')?.split(';')[0] ?? '';
    const mine = await call('POST', '', { message: 'mine' }, { cookie });
    const again = await call('POST', '', { message: 'mine, too' }, { cookie });
    const nobodys = await submit('nobody’s');
    expect([again.status, nobodys.headers.get('set-cookie')]).toEqual([202, null]);
    const [one, other, none] = await stored();
    expect([one?.id, other?.session, none?.session]).toEqual([mine.body.id, one?.session, '']);
    expect(one?.session).toMatch(/^[\w-]{22}$/);
    expect(decodeURIComponent(cookie)).not.toContain(one?.session);
  });

  it('is refused to pages elsewhere', async () => {
    expect(await call('POST', '', { message: 'x' }, { origin: 'https://evil.example' })).toMatchObject({ status: 403, body: { code: 'origin-not-allowed' } });
    expect(await stored()).toEqual([]);
  });
});

describe('GET /api/jobs', () => {
  it('has the newest first, in pages that a new job does not shift', async () => {
    for (const message of ['1', '2', '3', '4', '5']) await submit(message);
    const first = (await call('GET', '?limit=2')).body;
    await submit('6');
    const second = (await call('GET', `?limit=2&cursor=${first.next!}`)).body;
    const third = (await call('GET', `?limit=2&cursor=${second.next!}`)).body;
    expect([first, second, third].map(({ items }) => items.map(({ message }) => message))).toEqual([['5', '4'], ['3', '2'], ['1']]);
    expect(third.next).toBeNull();
  });

  it('gives 20 where nothing else is said', async () => {
    for (let n = 0; n < 21; n += 1) await submit(`${n}`);
    const { items, next } = (await call('GET', '')).body;
    expect([items.length, items[0]?.message, next]).toEqual([20, '20', expect.any(String)]);
  });

  it.each([['?limit=0', 'invalid-request'], ['?limit=201', 'invalid-request'], ['?color=red', 'invalid-request'], ['?cursor=x', 'wrong-cursor']])('refuses %s', async (query, code) => {
    expect(await call('GET', query)).toMatchObject({ status: 400, body: { code } });
  });

  it.each([[newId(), 'There is no job of this id.'], ['7', 'A job has a UUID for its id.']])('does not find %s', async (id, detail) => {
    for (const [method, path] of [['GET', `/${id}`], ['POST', `/${id}/cancel`], ['POST', `/${id}/run-again`]] as const) {
      expect(await call(method, path)).toMatchObject({ status: 404, body: { code: 'no-such-job', detail } });
    }
  });
});

describe('a job', () => {
  it('is cancelled while it is queued, by a message of its own, and again without another effect on its state', async () => {
    const { id } = (await submit('x')).body;
    expect(await call('POST', `/${id}/cancel`)).toMatchObject({ status: 202, body: { state: 'queued', cancelling: true } });
    expect((await outbox()).map(({ type }) => type).sort()).toEqual(['jobs.cancelling@1', 'jobs.submitted@1']);
  });

  it('is run again when it is dead, as its next round', async () => {
    const { id } = (await submit('x')).body;
    await become(id, 'dead');
    expect(await call('POST', `/${id}/run-again`)).toMatchObject({ status: 202, body: { state: 'queued', round: 2, error: null } });
    expect((await outbox()).map(({ payload }) => JSON.parse(String(payload)) as unknown)).toEqual(expect.arrayContaining([expect.objectContaining({ job: id, round: 2, message: 'x' })]));
  });

  it.each([
    ['cancel', 'processing', 'The job is processing: only one that is queued can be cancelled.'],
    ['cancel', 'done', 'The job is done: only one that is queued can be cancelled.'],
    ['run-again', 'queued', 'The job is queued: only one that is dead can be run again.'],
    ['run-again', 'cancelled', 'The job is cancelled: only one that is dead can be run again.'],
  ])('refuses %s while it is %s', async (what, state, detail) => {
    const { id } = (await submit('x')).body;
    await become(id, state);
    expect(await call('POST', `/${id}/${what}`)).toMatchObject({ status: 409, body: { code: 'wrong-state', detail, state } });
    expect(await outbox()).toHaveLength(1);
  });
});

describe('while the database is away', () => {
  it('everything is a 503 that says so, and nothing is taken; with the same id it is submitted when the database is back', async () => {
    const id = newId();
    sender.toDatabase.cut();
    const refused = [await submit('x', id), await call('GET', ''), await call('GET', `/${id}`), await call('POST', `/${id}/cancel`)];
    sender.toDatabase.restore();
    for (const { status, headers, body } of refused) {
      expect([status, headers.get('retry-after'), body.code, body.detail]).toEqual([503, '5', 'database-away', 'The database does not answer: try again when it is back.']);
    }
    expect(await stored()).toEqual([]);
    await waitFor(async () => (await submit('x', id)).status === 202, { what: 'the submission' });
  });
});

describe('the API', () => {
  it('is documented at /docs', async () => {
    const document = (await (await fetch(`${sender.url}/docs-json`)).json()) as { paths: Record<string, { post?: { responses: object } }> };
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/jobs', '/api/jobs/{id}', '/api/jobs/{id}/cancel', '/api/jobs/{id}/run-again']));
    expect(Object.keys(document.paths['/api/jobs']?.post?.responses ?? {})).toEqual(['202', '409', '422', '503']);
  });
});
