import { Publisher } from '@warren/bus';
import { jobs } from '@warren/contracts';
import { newId } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { runningReceiver, type Running } from '../../test/running-receiver.js';
import { type ReceivedJob } from './received.dto.js';

let receiver: Running;
beforeAll(async () => {
  receiver = await runningReceiver({ JOB_WORK: '0', JOB_FAILS: '0' });
  await receiver.hear('RUNNING');
});

type Body = ReceivedJob & { code: string; detail: string; items: ReceivedJob[]; next: string | null };

async function get(path: string) {
  const answer = await fetch(`${receiver.url}/api/received${path}`);
  return { status: answer.status, headers: answer.headers, body: (await answer.json()) as Body };
}
const submit = async (message: string, job = newId()) => {
  await receiver.app.get(Publisher).publish(jobs.submitted({ job, round: 1, message, session: '' }));
  return job;
};
const whenDone = (job: string) => waitFor(async () => (await get(`/${job}`)).body.state === 'done', { what: `the end of job ${job}` });
/** One after another: jobs are listed in the order of their ends. */
async function done(...messages: string[]): Promise<void> {
  for (const message of messages) await whenDone(await submit(message));
}

describe('GET /api/received', () => {
  it('has what is done, the last one first, with the time that it took and who did it', async () => {
    await done('pack', 'send');
    const { items } = (await get('')).body;
    expect(items.map(({ message }) => message)).toEqual(['send', 'pack']);
    expect(items[0]).toMatchObject({ state: 'done', round: 1, ms: expect.any(Number), doneAt: expect.any(String), attempts: [{ attempt: 1, instance: 'jobs-receiver-3fa9', error: null }] });
  });

  it('comes in pages that a job which ends meanwhile does not shift', async () => {
    await done('1', '2', '3');
    const first = (await get('?limit=2')).body;
    await done('4');
    const second = (await get(`?limit=1&cursor=${first.next!}`)).body;
    expect([first, second].map(({ items }) => items.map(({ message }) => message))).toEqual([['3', '2'], ['1']]);
  });

  it.each([['?limit=0', 'invalid-request'], ['?limit=201', 'invalid-request'], ['?color=red', 'invalid-request'], ['?cursor=x', 'wrong-cursor']])('refuses %s', async (query, code) => {
    expect(await get(query)).toMatchObject({ status: 400, body: { code } });
  });
});

describe('GET /api/received/:id', () => {
  it.each([[newId(), 'No job of this id has been begun.'], ['7', 'A job has a UUID for its id.']])('does not find %s', async (id, detail) => {
    expect(await get(`/${id}`)).toMatchObject({ status: 404, body: { code: 'no-such-job', detail } });
  });
});

describe('while the database is away', () => {
  it('what was received is a 503 that says so, and a job that comes is done when the database is back', async () => {
    receiver.toDatabase.cut();
    const job = await submit('late');
    for (const path of ['', `/${job}`]) {
      const { status, headers, body } = await get(path);
      expect([status, headers.get('retry-after'), body.code]).toEqual([503, '5', 'database-away']);
    }
    receiver.toDatabase.restore();
    await whenDone(job);
  });
});

describe('the API', () => {
  it('is documented at /docs', async () => {
    const document = (await (await fetch(`${receiver.url}/docs-json`)).json()) as { paths: object };
    expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(['/api/received', '/api/received/{id}']));
  });
});
