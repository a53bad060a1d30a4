import { operation } from '../../../test/dead-letters.js';
import { FakeGateway } from '../../../test/fake-gateway.js';
import { warren } from '../../../test/warren.js';

const journey = '0191f6a2-0000-7000-8000-000000000001';
const route = 'POST /api/v1/journeys/replay';
const running = operation({ kind: 'replay', total: 2 });
const { id } = running;
const looked = `GET /api/v1/operations/${id}`;
const counted = { dryRun: true, total: 1204, contracts: [{ contract: 'signal.original@1', total: 1204 }] };

let gateway: FakeGateway;
const ask = (...args: string[]) => warren(args, { url: gateway.url });
const bodies = () => gateway.asked.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body) as unknown);
beforeEach(async () => (gateway = await FakeGateway.start()));
afterEach(() => gateway.close());

describe('warren journeys replay', () => {
  it('follows a replay to its end, and prints what came of it', async () => {
    gateway.serves({ [route]: [running], [looked]: [{ ...running, state: 'done', done: 2, outcomes: { ...running.outcomes, replayed: 2 } }] });

    expect(await ask('journeys', 'replay', journey, '--rate', '5')).toMatchObject({ code: 0, out: `replay ${id}: done, 2 of 2: 2 replayed\n` });
    expect(bodies()).toEqual([{ ids: [journey], rate: 5 }]);
  });

  it('says where to look for why some were refused', async () => {
    gateway.serves({ [route]: [running], [looked]: [{ ...running, state: 'done', done: 2, outcomes: { ...running.outcomes, replayed: 1, refused: 1 } }] });

    expect(await ask('journeys', 'replay', journey)).toMatchObject({ code: 1, err: expect.stringContaining(`1 could not be done: npx warren operations replays ${id} says why.\n`) as string });
  });

  it('only counts in a dry run', async () => {
    gateway.serves({ [route]: [counted] });

    expect(await ask('journeys', 'replay', '--query', 'flow:signal', '--dry-run')).toMatchObject({ code: 0, out: 'replay would take 1,204 journeys (1,204 of signal.original@1).\n' });
    expect(bodies()).toEqual([{ query: 'flow:signal', dryRun: true }]);
  });

  it('asks before it does a query, and does nothing where nobody can be asked', async () => {
    gateway.serves({ [route]: [counted] });

    expect(await ask('journeys', 'replay', '--query', '')).toMatchObject({ code: 1, err: 'replay 1,204 journeys (1,204 of signal.original@1)? Say --yes: nobody can be asked here.\n' });
    expect(bodies()).toEqual([{ query: '', dryRun: true }]);
  });

  it('does a query without asking where it is told to', async () => {
    gateway.serves({ [route]: [running] });

    expect(await ask('journeys', 'replay', '--query', '', '--yes', '--no-wait')).toMatchObject({ code: 0 });
    expect(bodies()).toEqual([{ query: '' }]);
  });

  it.each([[['journeys', 'replay']], [['journeys', 'replay', journey, '--query', 'x']]])('wants ids or a query: %j', async (args) => {
    expect(await ask(...args)).toMatchObject({ code: 2, err: expect.stringContaining('Say which journeys: by ids or by --query, one of these.') as string });
  });
});

describe('warren operations replays', () => {
  it('lists what became of each journey', async () => {
    const replay = '0191f6a2-0000-7000-8000-000000000002';
    const items = [{ journey, replay, state: 'replayed', refusal: null }, { journey: replay, replay: id, state: 'refused', refusal: 'No consumer takes signal my.o.' }];
    gateway.serves({ [`GET /api/v1/operations/${id}/replays`]: [{ items, next: null }] });

    expect((await ask('operations', 'replays', id)).out.split('\n').map((line) => line.split(/ {2,}/))).toEqual([
      ['JOURNEY', 'REPLAY', 'STATE', 'WHY'].map((word) => expect.stringContaining(word) as string),
      [journey, replay, 'replayed'],
      [replay, 'refused', 'No consumer takes signal my.o.'],
      [''],
    ]);
  });
});
