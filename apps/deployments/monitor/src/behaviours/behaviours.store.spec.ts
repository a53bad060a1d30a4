import { Behaviour } from './behaviour.js';
import { Behaviours, most } from './behaviours.store.js';

const behaviour = (given: Partial<Behaviour>) => Behaviour.parse(given);
let behaviours: Behaviours;
const modes = (endpoint: string, ...ids: string[]) => ids.map((id) => behaviours.next(endpoint, id)?.mode ?? 'ok');

beforeEach(() => (behaviours = new Behaviours()));

describe('an endpoint', () => {
  it('takes what comes until it is told something, and after all is cleared', () => {
    expect(modes('logs', 'a')).toEqual(['ok']);
    behaviours.tell('logs', behaviour({ mode: 'fail' }));
    expect(modes('logs', 'a', 'b')).toEqual(['fail', 'fail']);
    expect(modes('events', 'a')).toEqual(['ok']);
    behaviours.clear();
    expect(modes('logs', 'a')).toEqual(['ok']);
  });

  it('is ok again when it is told so, and when its times are over', () => {
    behaviours.tell('logs', behaviour({ mode: 'fail', times: 2 }));
    expect(modes('logs', 'a', 'b', 'c')).toEqual(['fail', 'fail', 'ok']);
    behaviours.tell('logs', behaviour({ mode: 'hang' }));
    behaviours.tell('logs', behaviour({ mode: 'ok' }));
    expect([modes('logs', 'a'), behaviours.list()]).toEqual([['ok'], []]);
  });

  it('that is flaky fails each webhook-id as often as it was told, and for good takes it then', () => {
    behaviours.tell('logs', behaviour({ mode: 'flaky', times: 2 }));
    expect(modes('logs', 'a', 'b', 'a', 'a', 'b', 'b', 'a')).toEqual(['fail', 'fail', 'fail', 'ok', 'fail', 'ok', 'ok']);
  });

  it('that is flaky fails once where nothing else is said, also without a webhook-id', () => {
    behaviours.tell('logs', behaviour({ mode: 'flaky' }));
    expect([behaviours.next('logs')?.mode, behaviours.next('logs')?.mode]).toEqual(['fail', undefined]);
  });

  it('shows what it was told and for how many requests it holds', () => {
    behaviours.tell('logs', behaviour({ mode: 'slow', delay: 5, times: 3 }));
    behaviours.tell('events', behaviour({ mode: 'gone' }));
    behaviours.next('logs');
    expect(behaviours.list()).toMatchObject([{ endpoint: 'logs', mode: 'slow', delay: 5, times: 3, left: 2 }, { endpoint: 'events', mode: 'gone', left: null }]);
  });
});

describe('what is kept of endpoints and webhook-ids', () => {
  it('is bounded', () => {
    for (let n = 0; n < most.endpoints; n += 1) behaviours.tell(`e${n}`, behaviour({ mode: 'flaky' }));
    expect(() => behaviours.tell('more', behaviour({ mode: 'flaky' }))).toThrow('DELETE /behaviours');
    for (let n = 0; n <= most.ids; n += 1) behaviours.next('e0', `id-${n}`);
    expect(modes('e0', `id-${most.ids}`, 'id-1', 'id-0')).toEqual(['ok', 'ok', 'fail']); // the oldest one is forgotten
  });
});

describe('a behaviour', () => {
  it.each([{}, { mode: 'sleep' }, { mode: 'fail', status: 200 }, { mode: 'slow', delay: -1 }, { mode: 'slow', delay: 600_001 }, { mode: 'fail', times: 0 }, { mode: 'fail', retryAfter: 1.5 }, { mode: 'ok', color: 'red' }])(
    'is not %j',
    (given) => expect(Behaviour.safeParse(given).success).toBe(false),
  );
});
