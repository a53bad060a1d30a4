import { newId } from '@warren/protocol';
import { type TestDatabase } from '@warren/testing';

/** A row of one of the observer's views; what is not said is as it mostly is. */
type Row = Record<string, unknown>;

const letter = (): Row => {
  const id = newId();
  return {
    message: id, journey: id, flow: 'shop', queue: 'shop.till', consumer: 'shop.till', contract: 'shop.order@1', service: 'shop-web', foreign: false, redrive: 0, attempt: 5,
    state: 'dead', group: 'g1', cause: 'TypeError', error: 'item is undefined', at: '2026-11-20T06:00:00Z', size: 13, line: '{"item":null}', edited: false, operation: null,
    refusal: null, payload: '{"item":null}', stack: null, headers: '{"warren-at":1}', content_type: 'application/json', digest: '', compressed: false, shown: Buffer.from('{"item":null}'),
  }; // prettier-ignore
};

const group = (): Row => ({
  id: 'g1', flow: 'shop', queue: 'shop.till', consumer: 'shop.till', cause: 'TypeError', error: 'item is undefined', stack: null, dead: 1, total: 1,
  first_seen: '2026-11-20T06:00:00Z', last_seen: '2026-11-20T06:00:00Z', trend: Array.from({ length: 24 }, () => 0), notes: '[]',
}); // prettier-ignore

const operation = (): Row => ({
  id: newId(), kind: 'redrive', state: 'running', by: 'anna', at: '2026-11-20T06:00:00Z', selection: '{"group":"g1"}', queue: null, rate: null, total: 3, done: 0,
  open: 0, handled: 0, dead_again: 0, discarded: 0, adopted: 0, replayed: 0, refused: 0, finished_at: null, problem: null,
}); // prettier-ignore

const answer = (): Row => ({ id: newId(), at: '2026-11-20T06:00:00Z', by: 'anna', action: 'redrive', subject: '{"group":"g1"}', refusal: null });

const usual: Record<string, () => Row> = { dead_letters: letter, dead_groups: group, operations: operation, answers: answer };

/** Puts rows into one of the tables that stand for the observer's views, in this order. @returns their ids */
export async function add(database: TestDatabase, table: string, ...rows: Row[]): Promise<unknown[]> {
  const ids: unknown[] = [];
  for (const given of rows) {
    const row = { ...usual[table]?.(), ...given };
    const names = Object.keys(row);
    const text = `insert into journal.${table} (${names.map((name) => `"${name}"`).join(', ')}) values (${names.map((_, n) => `$${n + 1}`).join(', ')}) returning *`;
    const [added] = await database.query<{ id?: unknown }>(text, Object.values(row));
    ids.push(table === 'dead_letters' ? Number(added?.id) : added?.id); // a bigint comes as text
  }
  return ids;
}
