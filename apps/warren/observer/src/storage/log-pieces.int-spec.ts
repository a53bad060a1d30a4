import { Database } from '@warren/database';
import { derivedId, logLineText, newId } from '@warren/protocol';
import { testDatabase } from '@warren/testing';
import { announce, contract, message } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';
import { migrations } from '../migrations/index.js';
import { type LogPiece, renewPieces } from './log-pieces.store.js';

const oneDay = 86_400_000;
let journal: Observed;

beforeAll(async () => {
  journal = await observed();
  await write(journal.observer(), announce({ flows: ['signal', 'relay'].map((name) => ({ name, exchange: name, contracts: [contract()] })), consumers: [] }));
});
beforeEach(() => journal.database.query('truncate observer.messages, observer.log_pieces'));
afterAll(() => journal.close());

type Piece = Pick<LogPiece, 'flow' | 'run' | 'first' | 'last' | 'text'>;
const pieces = (database: Pick<Observed['database'], 'query'> = journal.database) =>
  database.query<Piece>('select flow, run, first::int, last::int, text from journal.log_pieces order by flow, run, last');
/** As whoever reads the rows would make it. */
const rendered = async () => {
  const rows = await journal.database.query<{ at: Date; topic: string; line: string }>(`select at, topic, line from journal.messages where flow = 'signal' order by seq`);
  return rows.map(({ at, ...row }) => `${logLineText({ at: at.toISOString(), ...row })}\n`).join('');
};
const whole = async (flow = 'signal') => (await pieces()).filter((piece) => piece.flow === flow).map(({ text }) => text).join('');
const aged = (age: number, text: string, given: Parameters<typeof message>[0] = {}) => message({ payload: { text }, ...given }, { id: derivedId(newId()), at: Date.now() - age * oneDay });
const texts = ['MSG_1', 'ü "quoted" {a,b} \\ back\\n \u{1F430}', 'line\nbreaks\u2028', 'half \ud83d', '', "it's %s $1"];

describe('the pieces of a message log', () => {
  it('say what the messages’ rows do, whatever is in them', async () => {
    await write(journal.observer(), ...texts.map((text) => aged(0, text)), aged(0, 'x', { routingKey: 'a\r\nb "c" \\' }), aged(0, 'other', { exchange: 'relay' }));

    expect((await whole()).split('\n')).toHaveLength(texts.length + 2);
    await expect(whole()).resolves.toBe(await rendered());
    await expect(whole('relay')).resolves.toMatch(/^\S+Z Topic my\.o: other\n$/);
  });

  it('are made by the database as by the observer', async () => {
    await write(journal.observer(), ...texts.map((text) => aged(0, text)), aged(0, 'x', { routingKey: 'a\r\nb' }));
    const [made] = await journal.database.query<{ text: string }>(`select string_agg(journal.log_line(at, topic, line) || E'\\n', '' order by seq) as text from observer.messages`);
    expect(made?.text).toBe(await whole());

    for (const at of ['2020-10-01T06:35:01.000Z', '2020-10-01T06:35:01.120Z', '0999-12-31T23:59:59.999Z']) {
      await expect(journal.database.query('select journal.log_line($1, $2, $3) as line', [at, 'my\ro', 'x'])).resolves.toEqual([{ line: logLineText({ at, topic: 'my\ro', line: 'x' }) }]);
    }
  });

  it('are as long as a page has room for, and stay in it', async () => {
    await write(journal.observer(), ...Array.from({ length: 6 }, (_, n) => aged(0, String(n).repeat(2_400))));

    expect((await pieces()).map(({ text }) => text.split('\n').length - 1)).toEqual([3, 3]);
    await expect(journal.database.query(`select sum(pg_relation_size(reltoastrelid))::int as apart from pg_class where relname like 'log_pieces_2%'`)).resolves.toEqual([{ apart: 0 }]);
  });

  it('do not tell a message twice', async () => {
    const given = aged(0, 'MSG_1');
    await write(journal.observer(), given, given);
    await write(journal.observer(), { ...given, redelivered: true });

    expect((await whole()).match(/MSG_1/g)).toHaveLength(1);
  });

  it('are written anew without what is deleted of them, and are gone without the last', async () => {
    for (const batch of [['MSG_1', 'MSG_2', 'MSG_3'], ['MSG_4'], ['MSG_5', 'MSG_6']]) await write(journal.observer(), ...batch.map((text) => aged(2, text)));
    const before = await pieces();
    const gone = await journal.database.query<{ day: string; run: number; seq: number }>(`delete from observer.messages where line = any($1) returning day::text, run, seq::int`, [['MSG_1', 'MSG_3', 'MSG_4', 'MSG_6']]);

    const database = new Database({ url: journal.database.url, schema: 'observer' });
    await database.transaction((tx) => renewPieces(tx, { day: gone[0]!.day, flow: 'signal' }, gone));
    await database.close();

    const after = await pieces();
    expect(after.map(({ first, last }) => [first, last])).toEqual([before[0]!, before[2]!].map(({ first, last }) => [first, last]));
    expect(after.map(({ text }) => text.match(/MSG_\d/g))).toEqual([['MSG_2'], ['MSG_5']]);
    await expect(whole()).resolves.toBe(await rendered());
  });

  it('are made of a journal from before there were any: none longer than a piece is, and none across days', async () => {
    const older = await testDatabase();
    const earlier = Object.fromEntries(Object.entries(migrations).filter(([name]) => name < '014'));
    const start = async (given: typeof migrations) => {
      const database = new Database({ url: older.url, schema: 'observer', migrations: given });
      await database.start();
      await database.close();
    };
    await start(earlier);
    await older.query(`create table observer.messages_20261120 partition of observer.messages for values in ('2026-11-20')`);
    await older.query(`create table observer.messages_20261121 partition of observer.messages for values in ('2026-11-21')`);
    await older.query(`
      insert into observer.messages (day, id, seq, at, journey, flow, exchange, topic, run, attempt, redrive, "foreign", digest, line, size, compressed, body)
      select case when seq in (3, 4, 6) then '2026-11-21'::date else '2026-11-20' end, gen_random_uuid(), seq, now(), gen_random_uuid(), 'signal', 'signal', 'my.o', 1, 1, 0, false, '', 'MSG_' || seq, 0, false, ''
      from generate_series(1, 1200) seq`);

    await start(migrations);

    const made = await pieces(older);
    expect(made.slice(0, 4).map(({ first, last }) => [first, last])).toEqual([[1, 2], [3, 4], [5, 5], [6, 6]]);
    expect(Math.max(...made.map(({ first, last }) => last - first))).toBeLessThan(50);
    expect(made.map(({ text }) => text).join('').match(/MSG_\d+/g)).toEqual(Array.from({ length: 1200 }, (_, n) => `MSG_${n + 1}`));
    await older.remove();
  });
});
