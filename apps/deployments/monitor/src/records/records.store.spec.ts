import { bounds, Records } from './records.store.js';

let records: Records;
const add = (endpoint: string, id?: string, body = '') => records.add(endpoint, { method: 'PUT', headers: id === undefined ? {} : { 'webhook-id': id }, body });
const take = (endpoint: string, id?: string, status = 200) => records.answered(add(endpoint, id), status);

beforeEach(() => (records = new Records()));

describe('the records', () => {
  it('are newest first, of all endpoints or one, of all webhook-ids or one', () => {
    for (const [endpoint, id] of [['logs', 'a'], ['events', 'a'], ['logs', 'b'], ['logs', 'a']] as const) take(endpoint, id);
    const seqs = (query: { endpoint?: string; id?: string; limit?: number }) => records.list({ limit: 100, ...query }).map(({ seq }) => seq);

    expect([seqs({}), seqs({ endpoint: 'logs' }), seqs({ id: 'a' }), seqs({ endpoint: 'logs', id: 'a' }), seqs({ limit: 2 }), seqs({ endpoint: 'none' })]).toEqual([[4, 3, 2, 1], [4, 3, 1], [4, 2, 1], [4, 1], [4, 3], []]);
  });

  it('tell how often a webhook-id has come to its endpoint', () => {
    for (const endpoint of ['logs', 'logs', 'events']) take(endpoint, 'a');

    expect(records.list({ limit: 100 }).map(({ endpoint, times }) => [endpoint, times])).toEqual([['events', 1], ['logs', 2], ['logs', 2]]);
  });

  it('are summed up by endpoint', () => {
    take('logs', 'a', 500);
    take('logs', 'a');
    take('logs', 'b', 500);
    take('logs');
    add('logs', 'c'); // not answered yet

    expect(records.summary()).toEqual([{ endpoint: 'logs', requests: 5, accepted: 2, ids: 3, acceptedIds: 1 }]);
  });

  it('are bounded: the last of each endpoint, the beginning of each body, so many endpoints', () => {
    add('logs', 'first', 'x'.repeat(bounds.body + 1));
    expect(records.list({ limit: 1 })[0]?.body).toHaveLength(bounds.body);
    for (let n = 0; n < bounds.records; n += 1) add('logs', `id-${n}`);

    expect(records.list({ endpoint: 'logs', limit: 2 * bounds.records })).toHaveLength(bounds.records);
    expect(records.summary()).toMatchObject([{ requests: bounds.records + 1, ids: bounds.records }]);
    for (let n = 1; n < bounds.endpoints; n += 1) add(`e${n}`);
    expect(() => add('more')).toThrow('DELETE /records');
  });

  it('are gone when they are cleared; a request under way then is none of the next ones', () => {
    const underWay = add('logs', 'a');
    records.clear();
    expect([records.list({ limit: 100 }), records.summary()]).toEqual([[], []]);

    take('logs', 'b', 500);
    records.answered(underWay, 200);

    expect(records.summary()).toMatchObject([{ requests: 1, accepted: 0 }]);
  });
});
