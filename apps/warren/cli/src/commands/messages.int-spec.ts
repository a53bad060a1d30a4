import { type LogLine, type LogPage } from '@warren/protocol';
import { waitFor } from '@warren/testing';
import { FakeGateway } from '../../test/fake-gateway.js';
import { Warren, warren } from '../../test/warren.js';
import { Gateway } from '../gateway.js';
import { follow } from './messages.command.js';

const id = '0191f6a2-0000-7000-8000-000000000000';
const line = (seq: number): LogLine => ({ seq, at: '2026-11-01T06:35:01.373Z', topic: 'my.o', line: `MSG_${seq}`, id, journey: id });
const pageSize = 3;

/** Pages as httpserv makes them: `next` is null on the last one. */
class Log {
  readonly lines: LogLine[] = [];
  add = (...seqs: number[]) => this.lines.push(...seqs.map(line));

  page(url: string): LogPage {
    const after = Number(new URL(url, 'http://gateway').searchParams.get('cursor') ?? 0);
    const rest = this.lines.filter(({ seq }) => seq > after);
    const items = rest.slice(0, pageSize);
    return { items, next: rest.length > pageSize ? String(items.at(-1)?.seq) : null };
  }
}

let gateway: FakeGateway;
let log: Log;
let followed: AsyncGenerator<LogLine> | undefined;
const serveLog = () => gateway.answers(({ url }, response) => void response.end(JSON.stringify(log.page(url))));
const follower = () => (followed = follow(new Gateway(gateway.url, undefined), {}, 1));
async function take(lines: AsyncGenerator<LogLine>, count: number): Promise<number[]> {
  const seqs: number[] = [];
  while (seqs.length < count) seqs.push(((await lines.next()).value as LogLine).seq);
  return seqs;
}

beforeEach(async () => {
  gateway = await FakeGateway.start();
  log = new Log();
  serveLog();
});
afterEach(async () => {
  gateway.refuses({ status: 401, detail: 'The key was removed.' }); // ends whoever follows still
  await followed?.return(undefined).catch(() => undefined);
  await gateway.close();
});

describe('warren messages', () => {
  it('passes the log on as it is', async () => {
    gateway.answersText('2026-11-01T06:35:01.373Z Topic my.o: MSG_1\n');
    expect((await warren(['messages', '--flow', 'relay', '--run', '2'], { url: gateway.url })).out).toBe('2026-11-01T06:35:01.373Z Topic my.o: MSG_1\n');
    expect(gateway.asked[0]).toMatchObject({ url: '/messages?flow=relay&run=2', headers: { accept: 'text/plain' } });
  });

  it('asks for a line of JSON per message with --json', async () => {
    gateway.answersText('{"seq":1}\n');
    expect((await warren(['messages', '--json'], { url: gateway.url })).out).toBe('{"seq":1}\n');
    expect(gateway.asked[0]).toMatchObject({ headers: { accept: 'application/x-ndjson' } });
  });

  it('fails when the log breaks off, so that nobody takes it for whole', async () => {
    gateway.answers((_, response) => {
      response.write('2026-11-01T06:35:01.373Z Topic my.o: MSG_1\n', () => response.destroy());
    });
    expect((await warren(['messages'], { url: gateway.url })).code).toBe(1);
  });
});

describe('following', () => {
  it('gives every line once, over pages and over time', async () => {
    log.add(1, 2, 3, 4, 5, 6, 7);
    const lines = follower();
    expect(await take(lines, 7)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    log.add(9, 12);
    expect(await take(lines, 2)).toEqual([9, 12]);
    log.add(13, 14, 15, 16, 17);
    expect(await take(lines, 5)).toEqual([13, 14, 15, 16, 17]);
  });

  it('begins with an empty log', async () => {
    const lines = follower();
    const first = take(lines, 1);
    await waitFor(() => gateway.asked.length > 2);
    log.add(1);
    expect(await first).toEqual([1]);
  });

  it('goes on with the lines of a new run', async () => {
    log.add(1, 2);
    const lines = follower();
    expect(await take(lines, 2)).toEqual([1, 2]);
    log.lines.length = 0;
    log.add(3, 4);
    expect(await take(lines, 2)).toEqual([3, 4]);
  });

  it('waits for a gateway that goes away once it has begun', async () => {
    log.add(1);
    const lines = follower();
    expect(await take(lines, 1)).toEqual([1]);
    gateway.refuses({ status: 503, detail: 'The system is shut down.' });
    const asked = gateway.asked.length;
    const next = take(lines, 1);
    await waitFor(() => gateway.asked.length > asked + 2);
    log.add(2);
    serveLog();
    expect(await next).toEqual([2]);
  });

  it('fails at once where the first look fails', async () => {
    gateway.refuses({ status: 503, detail: 'The system is shut down.' });
    expect(await warren(['messages', '--follow'], { url: gateway.url })).toEqual({ code: 1, out: '', err: 'The system is shut down.\n' });
  });

  it('prints lines as the log does, or as JSON', async () => {
    log.add(1);
    const [plain, json] = [new Warren(['messages', '--follow'], { url: gateway.url }), new Warren(['messages', '--follow', '--json'], { url: gateway.url })];
    await waitFor(() => plain.out.endsWith('\n') && json.out.endsWith('\n'));
    expect([plain.out, JSON.parse(json.out)]).toEqual(['2026-11-01T06:35:01.373Z Topic my.o: MSG_1\n', line(1)]);
    gateway.refuses({ status: 401, detail: 'The key was removed.' });
    expect((await plain.ended).code + (await json.ended).code).toBe(2);
  });
});
