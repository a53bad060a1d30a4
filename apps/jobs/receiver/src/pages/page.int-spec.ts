import { Publisher } from '@warren/bus';
import { jobs } from '@warren/contracts';
import { newId } from '@warren/protocol';
import { Browser, waitFor } from '@warren/testing';
import { runningReceiver, type Running } from '../../test/running-receiver.js';

let receiver: Running;
let browser: Browser;

beforeAll(async () => {
  receiver = await runningReceiver({ JOB_WORK: '0', JOB_FAILS: '0' });
  await receiver.hear('RUNNING');
});
beforeEach(async () => {
  await receiver.database.query('truncate jobs_receiver.jobs, jobs_receiver.attempts, jobs_receiver.session');
  browser = new Browser(receiver.url);
});

const hostile = `<script>alert("1")</script>`;
const harmless = '&lt;script&gt;alert(&#34;1&#34;)&lt;/script&gt;';
const badge = (html: string, name: string) => new RegExp(`<dt>${name}</dt><dd>(.*?)</dd>`).exec(html)?.[1];
const messagesIn = (html: string) => [...html.matchAll(/<td class="message">(.*?)<\/td>/g)].map(([, message]) => message);

const stateOf = async (job: string) => (await receiver.database.query<{ state: string }>('select state from jobs_receiver.jobs where id = $1', [job]))[0]?.state;
/** Has a job done, as if it was submitted by a session. */
async function done(message: string, session = ''): Promise<string> {
  const job = newId();
  await receiver.app.get(Publisher).publish(jobs.submitted({ job, round: 1, message, session }));
  await waitFor(async () => (await stateOf(job)) === 'done', { what: `the end of job ${job}` });
  return job;
}
/** A job that is being tried for the second time, after a failure. */
async function retried(): Promise<string> {
  const job = newId();
  await receiver.database.query(`insert into jobs_receiver.jobs (id, message, state, round) values ($1, $2, 'processing', 1)`, [job, hostile]);
  const attempt = `insert into jobs_receiver.attempts (job, round, attempt, instance, finished_at, error) values ($1, 1, $2, $3, $4, $5)`;
  await receiver.database.query(attempt, [job, 1, 'jobs-receiver-3fa9', new Date(0), hostile]);
  await receiver.database.query(attempt, [job, 2, 'jobs-receiver-11aa', null, null]);
  return job;
}

describe('the page of the receiver', () => {
  it('is there before anything was processed, with its badges and its own style', async () => {
    const answer = await browser.get('/received');
    const html = await answer.text();
    expect([answer.status, answer.headers.get('content-type'), answer.headers.get('referrer-policy')]).toEqual([200, 'text/html; charset=utf-8', 'same-origin']);
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(html).toContain('No messages processed yet');
    expect(html).toMatch(/<div class="colour-\d"><dt>node<\/dt><dd>receiver-3fa9<\/dd>/);
    expect(['processed here', 'last at', 'my session’s messages', 'active sessions'].map((name) => badge(html, name))).toEqual(['0', 'Never', '0', '1']);
    for (const name of ['pico.min.css', 'pages.css', 'live.js']) {
      expect(html).toContain(`"/received/assets/${name}"`);
      expect((await browser.get(`/received/assets/${name}`)).status).toBe(200);
    }
  });

  it('has what was processed, the last first, with the time that it took and who did it, and counts it', async () => {
    const before = Number(badge(await browser.text('/received'), 'processed here'));
    await done('first');
    const job = await done(hostile);
    const html = await browser.text('/received');
    expect(messagesIn(html)).toEqual([harmless, 'first']);
    expect(html).toMatch(/<td class="number">\d+\.\d s<\/td>\n<td class="number">1<\/td>\n<td><span class="instance colour-\d">jobs-receiver-3fa9<\/span>/);
    expect(html).toContain(`<a href="/received/${job}">`);
    expect(badge(html, 'processed here')).toBe(`${before + 2}`);
    expect(badge(html, 'last at')).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/);
  });

  it('has 20, and the older ones on a page of theirs', async () => {
    for (let n = 1; n <= 21; n += 1) await done(`message ${n}`);
    const first = await browser.text('/received');
    expect(messagesIn(first)).toEqual(Array.from({ length: 20 }, (_, n) => `message ${21 - n}`));
    const second = await browser.text(/href="(\/received\?cursor=[^"]+)">Older/.exec(first)?.[1] ?? '');
    expect(messagesIn(second)).toEqual(['message 1']);
    expect(second).toContain('<a href="/received">Newest</a>');
  });

  it('counts what is processed of a session that the sender has begun', async () => {
    await browser.get('/received');
    const [row] = await receiver.database.query<{ sid: string }>('select sid from jobs_receiver.session');
    const { createHash } = await import('node:crypto');
    const session = createHash('sha256').update(row!.sid).digest('base64url').slice(0, 22);
    await done('mine', session);
    await done('nobody’s');
    expect(badge(await browser.text('/received'), 'my session’s messages')).toBe('1');
    expect(badge(await new Browser(receiver.url).text('/received'), 'my session’s messages')).toBe('0');
  });
});

describe('the page of a job', () => {
  it('has each attempt with its instance, its times and what was wrong', async () => {
    const html = await browser.text(`/received/${await retried()}`);
    const rows = [...html.matchAll(/<tr>\n([^]*?)<\/tr>/g)].map(([, row]) => row?.replaceAll(/<[^>]+>/g, '').trim().split('\n'));
    expect(rows).toEqual([
      ['1', '1', 'jobs-receiver-3fa9', expect.stringMatching(/ UTC$/), '1970-01-01 00:00:00 UTC', harmless],
      ['1', '2', 'jobs-receiver-11aa', expect.stringMatching(/ UTC$/), 'under way'],
    ]);
    expect(html).toContain('<span class="state processing">processing</span>');
    expect(html).toContain(`<pre>\n${harmless}</pre>`);
  });

  it('leads back to the job’s page at the sender, at this address where nothing else is said', async () => {
    const job = await retried();
    expect(await browser.text(`/received/${job}`)).toContain(`<a href="/jobs/${job}">At the sender</a>`);
  });

  it('is there also for a job whose message has not come', async () => {
    const job = newId();
    await receiver.database.query(`insert into jobs_receiver.jobs (id, state, round) values ($1, 'cancelled', 1)`, [job]);
    const html = await browser.text(`/received/${job}`);
    expect(html).toContain('Nobody has begun it');
    expect(html).toContain('It has not come');
  });

  it.each([[newId(), 'No job of this id has been begun.'], ['7', 'A job has a UUID for its id.']])('says that there is none of the id %s', async (id, detail) => {
    const answer = await browser.get(`/received/${id}`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8']);
    expect(await answer.text()).toContain(`<p role="alert">${detail}</p>`);
  });
});

describe('while the database is away', () => {
  it('the page says so', async () => {
    receiver.toDatabase.cut();
    const answer = await browser.get('/received');
    receiver.toDatabase.restore();
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '5']);
    expect(await answer.text()).toContain('try again when it is back');
    await waitFor(async () => (await browser.get('/received')).ok, { what: 'the page' });
  });
});
