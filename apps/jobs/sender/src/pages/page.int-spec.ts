import { newId } from '@warren/protocol';
import { Browser, waitFor } from '@warren/testing';
import { runningSender, type Running } from '../../test/running-sender.js';

let sender: Running;
let browser: Browser;

beforeAll(async () => (sender = await runningSender({ RECEIVER_URL: 'https://receiver.example/' })));
beforeEach(async () => {
  await sender.database.query('truncate jobs_sender.jobs, jobs_sender.outbox, jobs_sender.session');
  browser = new Browser(sender.url);
});

const hostile = `<script>alert("1")</script><img src=x onerror='alert(2)'>&amp;`;
const harmless = '&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;&lt;img src=x onerror=&#39;alert(2)&#39;&gt;&amp;amp;';

/** The hidden id of the form on a page. */
const idIn = (html: string) => /name="id" value="([^"]+)"/.exec(html)?.[1] ?? '';
const textIn = (html: string) => /<textarea[^>]*>\n([^]*?)<\/textarea>/.exec(html)?.[1];
const badge = (html: string, name: string) => new RegExp(`<dt>${name}</dt><dd>(.*?)</dd>`).exec(html)?.[1];
const messagesIn = (html: string) => [...html.matchAll(/<td class="message">(.*?)<\/td>/g)].map(([, message]) => message);
const stored = () => sender.database.query<{ id: string; message: string; session: string }>('select id, message, session from jobs_sender.jobs order by seq');
const submit = async (message: string, id = newId()) => ({ id, answer: await browser.post('/', { message, id }) });
const become = (id: string, state: string) =>
  sender.database.query(`update jobs_sender.jobs set state = $2, error = $3, instance = $3, attempts = 5 where id = $1`, [id, state, hostile]);

describe('the page of the sender', () => {
  it('is there before anything was sent, with its badges and its session', async () => {
    const answer = await browser.get('/');
    const html = await answer.text();

    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(html).toContain('No messages sent yet');
    expect(html).toMatch(/<div class="colour-\d"><dt>node<\/dt><dd>sender-3fa9<\/dd>/);
    expect(['last at', 'my session’s messages', 'active sessions'].map((name) => badge(html, name))).toEqual(['Never', '0', '1']);
  });

  it('lets no script run but its own, on no other page, and keeps nothing in caches', async () => {
    const { headers } = await browser.get('/');
    const policy = headers.get('content-security-policy')?.split('; ');

    expect(policy).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'", "form-action 'self'", "frame-ancestors 'none'", "base-uri 'none'"]));
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect([headers.get('referrer-policy'), headers.get('cache-control'), headers.get('x-content-type-options')]).toEqual(['same-origin', 'no-store', 'nosniff']);
  });

  it('gives what a page needs from here, to be kept for a while', async () => {
    const needed = [...(await browser.text('/')).matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path);
    expect(needed).toEqual(['/assets/pico.min.css', '/assets/pages.css', '/assets/live.js']);
    for (const path of needed) {
      const answer = await browser.get(path!);
      expect([answer.status, answer.headers.get('cache-control')]).toEqual([200, 'public, max-age=3600']);
      expect(answer.headers.get('content-type')).toMatch(path!.endsWith('css') ? /^text\/css/ : /^text\/javascript/);
    }
    for (const name of ['pages.scss', '..%2fpackage.json', 'constructor']) expect((await browser.get(`/assets/${name}`)).status).toBe(404);
  });

  it('has 20 submissions, the newest first, and the older ones on a page of theirs', async () => {
    for (let n = 1; n <= 21; n += 1) await submit(`message ${n}`);
    const first = await browser.text('/');
    expect(messagesIn(first)).toEqual(Array.from({ length: 20 }, (_, n) => `message ${21 - n}`));

    const older = /href="(\/\?cursor=[^"]+)">Older/.exec(first)?.[1] ?? '';
    const second = await browser.text(older);
    expect(messagesIn(second)).toEqual(['message 1']);
    expect(second).not.toContain('Older');
    expect(second).toContain('<a href="/">Newest</a>');
  });

  it('says what is wrong with a place in the list', async () => {
    const answer = await browser.get('/?cursor=x');
    expect([answer.status, answer.headers.get('content-type')]).toEqual([400, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain('This cursor is not one that the list of jobs gave');
  });

  it('shows what anybody sent as text', async () => {
    const { id } = await submit(hostile);
    await become(id, 'dead');
    const list = await browser.text('/');
    const job = await browser.text(`/jobs/${id}`);

    expect(messagesIn(list)).toEqual([harmless]);
    expect(job).toContain(`<pre>\n${harmless}</pre>`);
    expect(job).toContain(`<dt>error</dt><dd>${harmless}</dd>`);
    for (const html of [list, job, await browser.text(`/?submitted=${encodeURIComponent(hostile)}`)]) expect(html).not.toMatch(/<script>|<img/);
  });

  it('renews no part that has a field for text', async () => {
    await submit('x');
    const parts = [...(await browser.text('/')).matchAll(/<(\w+)[^>]* data-live="(\w+)"[^]*?<\/\1>/g)];
    expect(parts.map(([, , name]) => name)).toEqual(['badges', 'list']);
    for (const [part] of parts) expect(part).not.toContain('<textarea');
  });
});

describe('a message', () => {
  it('is stored, listed and said to be submitted, which a refresh does not do again', async () => {
    const id = idIn(await browser.text('/'));
    const answer = await browser.post('/', { id, message: ' pack\r\n3 boxes ' });
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/?submitted=${id}`]);
    expect(await stored()).toMatchObject([{ id, message: 'pack\n3 boxes' }]);

    for (let refresh = 0; refresh < 2; refresh += 1) {
      const html = await browser.text(`/?submitted=${id}`);
      expect(html).toContain(`Message submitted: it is job <a href="/jobs/${id}">`);
      expect(idIn(html)).not.toBe(id);
    }
    expect(await stored()).toHaveLength(1);
  });

  it('is one job however often its form is sent', async () => {
    const id = newId();
    const answers = await Promise.all([1, 2, 3].map(() => browser.post('/', { id, message: 'once' })));
    expect(answers.map(({ status }) => status)).toEqual([303, 303, 303]);
    expect(await stored()).toHaveLength(1);
  });

  it.each(['not-an-id', newId()])('is not said to be submitted where %s is no job', async (id) => {
    const html = await browser.text(`/?submitted=${id}`);
    expect(html).not.toContain('Message submitted');
  });

  it.each([
    ['blank', ' \n ', 'message must not be blank'],
    ['too long', 'ä'.repeat(2_049), 'message must be at most 4096 bytes'],
    ['very long', 'x'.repeat(70_000), 'message must be at most 4096 bytes'],
    ['with a NUL', `${hostile}\0`, 'message must not have NUL characters'],
  ])('that is %s is refused with its text in the form', async (_, message, detail) => {
    const id = newId();
    const answer = await browser.post('/', { id, message });
    const html = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([422, 'text/html; charset=utf-8']);
    expect(html).toContain(`<h2>Not submitted yet</h2>\n<p role="alert">${detail}</p>`);
    expect([textIn(html), idIn(html)]).toEqual([message.replace(hostile, harmless), id]);
    expect(await stored()).toEqual([]);
  });

  it('is refused as text that is missing or given twice', async () => {
    for (const body of ['', 'id=', 'message=a&message=b']) {
      const answer = await fetch(sender.url, { method: 'POST', body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
      expect([answer.status, await answer.text()]).toEqual([422, expect.stringContaining('message must be text')]);
    }
  });

  it('over what a form may have is refused on a page, too', async () => {
    const answer = await browser.post('/', { message: 'x'.repeat(300_000) });
    expect([answer.status, await answer.text()]).toEqual([413, expect.stringContaining('<p role="alert">The body may have at most 262144 bytes.</p>')]);
  });

  it('in a form that was sent before with another one gets an id of its own', async () => {
    const { id } = await submit('first');
    const { answer } = await submit('second', id);
    const html = await answer.text();
    expect([answer.status, textIn(html)]).toEqual([409, 'second']);
    expect(idIn(html)).not.toBe(id);

    await browser.post('/', { id: idIn(html), message: 'second' });
    expect((await stored()).map(({ message }) => message)).toEqual(['first', 'second']);
  });

  it('is refused to pages elsewhere', async () => {
    for (const origin of ['https://evil.example', 'null', sender.url.replace('127.0.0.1', 'localhost')]) {
      expect((await browser.post('/', { message: 'x' }, { origin })).status).toBe(403);
    }
    expect(await stored()).toEqual([]);
  });

  it('is held while the system does not run, which the page says', async () => {
    await sender.hear('PAUSED');
    expect(await browser.text('/')).toContain('The system does not run now');
    await sender.hear('RUNNING');
    expect(await browser.text('/')).not.toContain('The system does not run now');
  });
});

describe('the badges', () => {
  it('count what this instance and what the session have submitted', async () => {
    const before = Number(badge(await browser.text('/'), 'processed here'));
    await submit('mine');
    await submit('mine, too');
    const mine = await browser.text('/');
    const yours = await new Browser(sender.url).text('/');

    expect(badge(mine, 'last at')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
    expect([mine, yours].map((html) => badge(html, 'processed here'))).toEqual([`${before + 2}`, `${before + 2}`]);
    expect([mine, yours].map((html) => badge(html, 'my session’s messages'))).toEqual(['2', '0']);
    expect([mine, yours].map((html) => badge(html, 'active sessions'))).toEqual(['1', '2']);
  });

  it('are of a new session after /reset-session', async () => {
    await submit('mine');
    const answer = await browser.get('/reset-session');
    expect([answer.status, answer.headers.get('location')]).toEqual([303, '/']);

    const html = await browser.text('/');
    expect(['my session’s messages', 'active sessions'].map((name) => badge(html, name))).toEqual(['0', '1']);
    await submit('of the new one');
    const [old, fresh] = await stored();
    expect(old?.session).not.toBe(fresh?.session);
  });
});

describe('the page of a job', () => {
  it('says how it is and who worked on it, and lets it be cancelled while it is queued', async () => {
    const { id } = await submit('x');
    expect(await browser.text(`/jobs/${id}`)).toMatch(/<span class="state queued">queued<\/span>[^]*nobody yet[^]*Cancel/);

    const answer = await browser.post(`/jobs/${id}/cancel`);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, `/jobs/${id}`]);
    const asked = await browser.text(`/jobs/${id}`);
    expect(asked).toContain('It is asked to end.');
    expect(asked).not.toContain('/cancel');
  });

  it('leads to the receiver’s page of each attempt as soon as there is one', async () => {
    const { id } = await submit('x');
    const link = `<a href="https://receiver.example/received/${id}">`;
    expect(await browser.text(`/jobs/${id}`)).not.toContain(link);
    await become(id, 'processing');
    expect(await browser.text(`/jobs/${id}`)).toContain(link);
  });

  it('lets it be run again when it is dead, and only then', async () => {
    const { id } = await submit('x');
    await become(id, 'dead');
    expect(await browser.text(`/jobs/${id}`)).toMatch(/<span class="instance colour-\d">&lt;script[^]*Run again/);

    expect((await browser.post(`/jobs/${id}/run-again`)).status).toBe(303);
    expect(await browser.text(`/jobs/${id}`)).toMatch(/queued<\/span>[^]*<dt>round<\/dt><dd>2<\/dd>/);
    const again = await browser.post(`/jobs/${id}/run-again`);
    expect([again.status, await again.text()]).toEqual([409, expect.stringContaining('The job is queued: only one that is dead can be run again.')]);
  });

  it.each([newId(), '7', '%3Cscript%3E'])('is a page that says so where there is no job %s', async (id) => {
    for (const answer of [await browser.get(`/jobs/${id}`), await browser.post(`/jobs/${id}/cancel`)]) {
      expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
      expect(await answer.text()).toMatch(/There is no job of this id\.|A job has a UUID for its id\./);
    }
  });
});

describe('while the database is away', () => {
  it('a message stays in its form, and is one job when it is sent again', async () => {
    const message = `  ${hostile}`;
    const id = idIn(await browser.text('/'));
    sender.toDatabase.cut();
    const answer = await browser.post('/', { id, message });
    const page = await browser.get('/');
    sender.toDatabase.restore();

    const html = await answer.text();
    expect([answer.status, page.status, answer.headers.get('retry-after'), textIn(html), idIn(html)]).toEqual([503, 503, '5', `  ${harmless}`, id]);
    expect(html).not.toContain('Message submitted');
    expect(await stored()).toEqual([]);
    await waitFor(async () => (await browser.post('/', { id, message })).status === 303, { what: 'the submission' });
    expect(await stored()).toHaveLength(1);
  });
});
