import { newId } from '@warren/protocol';
import { announce, contract, foreign, message, report, retire } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';

const oneDay = 86_400_000;
const flow = { name: 'signal', exchange: 'signal', contracts: [contract()] };
let journal: Observed;

beforeAll(async () => {
  journal = await observed();
});
beforeEach(() => journal.database.query('truncate observer.messages, observer.hops, observer.flows, observer.consumers'));
afterAll(() => journal.close());

const flows = () => journal.database.query('select name, exchange, deadline::int from journal.flows');
const published = () => journal.database.query<{ published: Date | null }>('select published from journal.messages order by seq');
const hops = () => journal.database.query<{ queue: string; outcome: string; since: Date }>('select queue, outcome, since from journal.hops order by queue');

describe('what journeys are told by', () => {
  it('is the deadline that a flow announces, the newest; an instance of before there was one takes none away', async () => {
    await write(journal.observer(), announce({ flows: [{ ...flow, deadline: 5_000 }] }), announce({ flows: [{ ...flow, deadline: 7_000 }] }));
    await write(journal.observer(), announce({ flows: [flow, { ...flow, name: 'old' }] }));

    await expect(flows()).resolves.toEqual([{ name: 'signal', exchange: 'signal', deadline: 7_000 }]);
  });

  it('is when a message was published, unless nobody says or the publisher cannot be right', async () => {
    const at = Date.now() - 5_000;
    await write(journal.observer(), message({}, { at }), foreign(), message({}, { at: Date.now() + 2 * oneDay }));

    expect((await published()).map((row) => row.published?.getTime() ?? null)).toEqual([at, null, null]);
  });

  it('is since when each consumer is expected to take a message, and no report changes it', async () => {
    const id = newId();
    await write(journal.observer(), announce(), message({}, { id }));
    const [before] = await hops();
    await write(journal.observer(), report({ id, outcome: 'retried', retryAt: Date.now() }));

    await expect(hops()).resolves.toEqual([{ ...before, outcome: 'retried' }]);
    expect(Date.now() - before!.since.getTime()).toBeLessThan(oneDay);
  });

  it('is what is expected of consumers: of one that is added what comes after it, of one that is retired what came before', async () => {
    const consumers = [{ queue: 'late' }].map(({ queue }) => ({ name: queue, flow: 'signal', queue, exchange: 'signal', pattern: 'my.o', contract: 'signal.original', concurrency: 1, policy: { attempts: 1, delays: [] } }));
    await write(journal.observer(), announce(), message());
    await write(journal.observer(), announce({ consumers }), message(), retire(), message());

    expect((await hops()).map(({ queue }) => queue)).toEqual(['late', 'late', 'signal.imed', 'signal.imed']);
  });
});
