import { get as httpGet, type IncomingMessage } from 'node:http';
import { type Socket } from 'node:net';
import { createInterface } from 'node:readline';
import { logLineText, LogLine, LogPage, Problem } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { logged, runningHttpserv, type Running } from '../test/running-httpserv.js';
import { cursorAfter } from './message-log.query.js';
import { MessageLog } from './message-log.service.js';

let httpserv: Running;

beforeAll(async () => {
  httpserv = await runningHttpserv();
});
beforeEach(() => httpserv.database.query('truncate journal.messages, journal.log_pieces restart identity'));
afterAll(() => httpserv.close());

const at = '2020-10-01T06:35:01.373Z';
/** In pieces of two lines. */
async function add(...lines: { line: string; at?: string; topic?: string; flow?: string; run?: number }[]): Promise<void> {
  await httpserv.database.query(
    `insert into journal.messages (at, flow, topic, run, line)
     select at, flow, topic, run, line from jsonb_to_recordset($1) one (at timestamptz, flow text, topic text, run int, line text)`,
    [JSON.stringify(lines.map((line) => ({ at, flow: 'signal', topic: 'my.o', run: 2, ...line })))],
  );
  await logged(httpserv.database, 2);
}
const text = async (path?: string) => (await httpserv.get(path)).text();
const problem = async (response: Response) => {
  expect(response.headers.get('content-type')).toContain('application/problem+json');
  const { status, code, issues } = Problem.parse(await response.json());
  return { status, code, issues };
};

describe('before it has heard the state, httpserv', () => {
  it('says that it cannot tell', async () => {
    await expect(httpserv.get().then(problem)).resolves.toMatchObject({ status: 503, code: 'state-unknown' });
  });
});

describe('the message log', () => {
  beforeEach(() => httpserv.hear({ state: 'RUNNING', run: 2 }));

  it('is the signal flow’s lines of the current run, in the observer’s order, and nothing else', async () => {
    await add({ line: 'MSG_1' }, { line: 'Got MSG_1', topic: 'my.i' }, { line: 'other', flow: 'jobs' }, { line: 'earlier', run: 1 }, { line: 'MSG_2' });

    const response = await httpserv.get();

    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    await expect(response.text()).resolves.toBe(`${at} Topic my.o: MSG_1\n${at} Topic my.i: Got MSG_1\n${at} Topic my.o: MSG_2\n`);
  });

  it('is text for who does not say what he wants', async () => {
    await add({ line: 'MSG_1' });

    const response = await fetch(httpserv.url);

    await expect(response.text()).resolves.toBe(`${at} Topic my.o: MSG_1\n`);
  });

  it('of another flow or run is had by asking', async () => {
    await add({ line: 'other', flow: 'jobs' }, { line: 'earlier', run: 1 });

    await expect(text('/?flow=jobs')).resolves.toContain(': other\n');
    await expect(text('/?run=1')).resolves.toContain(': earlier\n');
    await expect(text('/?flow=jobs&run=1')).resolves.toBe('');
  });

  it('is empty in a new run', async () => {
    await add({ line: 'MSG_1' });
    await httpserv.hear({ state: 'RUNNING', run: 3 });

    await expect(text()).resolves.toBe('');
  });

  it('is the same as text and as JSON, whatever is in it', async () => {
    await add({ line: 'ü "quoted" \\ back\\n \u{1F430}', topic: "it's %s $1" }, { line: '' });

    const page = LogPage.parse(await (await httpserv.get('/', 'application/json')).json());
    const ndjson = (await (await httpserv.get('/', 'application/x-ndjson')).text()).trimEnd().split('\n');

    expect(page.items).toHaveLength(2);
    await expect(text()).resolves.toBe(page.items.map((line) => `${logLineText(line)}\n`).join(''));
    expect(ndjson.map((line): unknown => JSON.parse(line))).toEqual(page.items);
  });

  it.each(['2020-10-01T06:35:01.000Z', '2020-10-01T06:35:01.120Z', '2020-12-31T23:59:59.999Z', '0999-01-01T00:00:00.001Z'])('has milliseconds, also at %s', async (time) => {
    await add({ line: 'x', at: time });

    await expect(text()).resolves.toBe(`${time} Topic my.o: x\n`);
  });

  it('has one line a message also where a topic has line breaks', async () => {
    await add({ line: 'x', topic: 'a\r\nb' });

    await expect(text()).resolves.toBe(`${at} Topic a  b: x\n`);
  });

  it.each(['text/plain', 'application/x-ndjson'])('goes on behind a cursor, as %s, within a piece too', async (type) => {
    await add(...Array.from({ length: 5 }, (_, n) => ({ line: `MSG_${n + 1}` })));

    for (const seq of [1, 2, 3, 4, 5]) {
      const all = await (await httpserv.get(`/?cursor=${cursorAfter(seq)}`, type)).text();
      expect([...all.matchAll(/MSG_\d/g)].map(String)).toEqual(['MSG_1', 'MSG_2', 'MSG_3', 'MSG_4', 'MSG_5'].slice(seq));
    }
  });

  it('goes on behind a cursor where the rest of its piece is deleted', async () => {
    await add(...Array.from({ length: 4 }, (_, n) => ({ line: `MSG_${n + 1}` })));
    await httpserv.database.query('delete from journal.messages where seq = 2');

    await expect(text(`/?cursor=${cursorAfter(1)}`)).resolves.toBe(`${at} Topic my.o: MSG_3\n${at} Topic my.o: MSG_4\n`);
  });

  it('is whole where few lines came at a time, and often', async () => {
    for (let n = 0; n < 3; n += 1) await add(...Array.from({ length: 300 }, () => ({ line: 'x' })));

    expect((await text()).match(/: x\n/g)).toHaveLength(900);
  });

  it('is had as NDJSON', async () => {
    await add({ line: 'MSG_1' }, { line: 'MSG_2' });

    const lines = (await (await httpserv.get('/', 'application/x-ndjson')).text()).trimEnd().split('\n');

    expect(lines.map((line) => LogLine.parse(JSON.parse(line)))).toMatchObject([{ seq: 1, at, topic: 'my.o', line: 'MSG_1' }, { seq: 2, line: 'MSG_2' }]);
  });

  it('is had in pages of JSON, one after another', async () => {
    await add(...Array.from({ length: 5 }, (_, n) => ({ line: `MSG_${n}` })));
    const page = async (query: string) => LogPage.parse(await (await httpserv.get(`/?limit=2${query}`, 'application/json')).json());

    const first = await page('');
    const second = await page(`&cursor=${first.next!}`);
    const third = await page(`&cursor=${second.next!}`);

    expect([first, second, third].map(({ items }) => items.map(({ seq }) => seq))).toEqual([[1, 2], [3, 4], [5]]);
    expect(third.next).toBeNull();
  });

  it('gives pages of 100 where nothing else is said', async () => {
    await add(...Array.from({ length: 101 }, (_, n) => ({ line: `MSG_${n}` })));

    const page = LogPage.parse(await (await httpserv.get('/', 'application/json')).json());

    expect(page.items).toHaveLength(100);
  });

  it.each(['?run=0', '?run=x', '?run=1&run=2', '?flow=', '?limit=1001', '?cursor=no', '?color=red'])('refuses %s', async (query) => {
    const refused = await problem(await httpserv.get(`/${query}`));

    expect(refused).toMatchObject({ status: 400, code: 'invalid-request', issues: [expect.anything()] });
  });

  it('is not had as anything else', async () => {
    await expect(httpserv.get('/', 'image/png').then(problem)).resolves.toMatchObject({ status: 406, code: 'not-acceptable' });
  });

  it('answers HEAD without reading it', async () => {
    const fetched = countingFetched();
    await add({ line: 'MSG_1' });

    const response = await fetch(httpserv.url, { method: 'HEAD' });

    expect([response.status, response.headers.get('content-type'), fetched()]).toEqual([200, 'text/plain; charset=utf-8', 0]);
  });

  it('is documented at /docs', async () => {
    const document = (await (await httpserv.get('/docs-json', 'application/json')).json()) as { paths: Record<string, { get?: { parameters: { name: string }[] } }> };

    expect(document.paths['/']?.get?.parameters.map(({ name }) => name)).toEqual(['flow', 'run', 'cursor', 'limit']);
  });
});

describe('in SHUTDOWN, the message log', () => {
  it('is not had, of whatever run', async () => {
    await httpserv.hear({ state: 'SHUTDOWN', run: 2 });

    await expect(httpserv.get().then(problem)).resolves.toMatchObject({ status: 503, code: 'system-is-shut-down' });
    await expect(httpserv.get('/?run=1').then(problem)).resolves.toMatchObject({ status: 503 });
  });
});

describe('a long message log', () => {
  const rows = 50_000;

  beforeEach(async () => {
    await httpserv.hear({ state: 'RUNNING', run: 2 });
    await httpserv.database.query(
      `insert into journal.messages (at, flow, topic, run, line) select now(), 'signal', 'my.o', 2, n || ' ' || repeat('x', 2000) from generate_series(1, ${rows}) n`,
    );
    await logged(httpserv.database, 30);
  });

  it('is fetched only as fast as it is read, and is whole', async () => {
    const fetched = countingFetched();
    const { answer } = await slowReader();
    await waitFor(() => standsStill(fetched));

    // Of 100 MB: what the kernel and the streams hold between the two ends is a fraction of that.
    expect(fetched()).toBeLessThan(16_000_000);

    let expected = 1;
    for await (const line of createInterface({ input: answer })) expect(line.split(' ')[3]).toBe(String(expected++));
    expect(expected).toBe(rows + 1);
  });

  it('is no longer read when its reader is gone', async () => {
    const fetched = countingFetched();
    const { answer, socket } = await slowReader();
    await waitFor(() => socket.writableNeedDrain);

    answer.destroy();

    await waitFor(() => socket.destroyed);
    await waitFor(() => standsStill(fetched));
    expect(fetched()).toBeLessThan(16_000_000);
  });

  it('ends where it ended when it was asked for', async () => {
    const { answer, socket } = await slowReader();
    await waitFor(() => socket.writableNeedDrain);
    await add({ line: 'later' });

    let last = '';
    for await (const line of createInterface({ input: answer })) last = line;
    expect(last).toContain(`: ${rows} x`);
  });

  it('that cannot be finished is cut, so that nobody takes it for whole', async () => {
    const { answer, socket } = await slowReader();
    await waitFor(() => socket.writableNeedDrain);

    await httpserv.database.query('alter schema journal rename to gone');

    await expect(answer.toArray()).rejects.toThrow('aborted');
    expect(answer.complete).toBe(false);
    await httpserv.database.query('alter schema gone rename to journal');
  });
});

describe('while the database is away, the message log', () => {
  it('is a problem at once, text and JSON alike, and comes back with it', async () => {
    await httpserv.hear({ state: 'RUNNING', run: 2 });
    await httpserv.database.query('alter schema journal rename to gone');

    await expect(httpserv.get().then(problem)).resolves.toMatchObject({ status: 503, code: 'journal-away' });
    await expect(httpserv.get('/', 'application/json').then(problem)).resolves.toMatchObject({ status: 503, code: 'journal-away' });

    await httpserv.database.query('alter schema gone rename to journal');
    await expect(text()).resolves.toBe('');
    await httpserv.database.remove();
    await expect(httpserv.get().then(problem)).resolves.toMatchObject({ status: 503, code: 'journal-away' });
  });
});

/** How many characters have been fetched of the next log. */
function countingFetched(): () => number {
  const log = httpserv.app.get(MessageLog);
  const stream = log.stream.bind(log);
  let fetched = 0;
  log.stream = async (selection, type) => {
    log.stream = stream;
    const all = await stream(selection, type);
    return (async function* () {
      for await (const piece of all) {
        fetched += 1;
        yield piece;
      }
    })();
  };
  return () => fetched;
}

/** Whether a figure is the same after a few queries, in whose time much could be fetched. */
async function standsStill(figure: () => number): Promise<boolean> {
  const before = figure();
  for (let look = 0; look < 5; look += 1) await httpserv.database.query(`select count(*) from journal.messages`);
  return figure() === before;
}

/** Asks for the log and reads nothing yet of the answer. `socket` is httpserv's end. */
async function slowReader(): Promise<{ answer: IncomingMessage; socket: Socket }> {
  const accepted = new Promise<Socket>((resolve) => httpserv.server.once('connection', resolve));
  const answer = await new Promise<IncomingMessage>((resolve, reject) => httpGet(httpserv.url, { agent: false }, resolve).on('error', reject));
  return { answer, socket: await accepted };
}
