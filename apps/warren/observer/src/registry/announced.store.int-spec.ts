import { announce, contract } from '../../test/deliveries.js';
import { observed, write, type Observed } from '../../test/observed.js';

const flow = (name: string) => ({ name, exchange: name, contracts: [contract()] });
let journal: Observed;

beforeEach(async () => {
  journal = await observed();
});
afterEach(() => journal.close());

const seen = async () => (await journal.database.query<{ flow: string; service: string }>('select flow, service from journal.announced order by flow, service')).map(({ flow: name, service }) => `${name} ${service}`);

describe('who has announced a flow', () => {
  it('is kept once for each service, also of one that consumes nothing', async () => {
    const writer = journal.observer();
    await write(writer, announce({ service: 'signal-orig', consumers: [] }), announce(), announce());
    await write(writer, announce());

    await expect(seen()).resolves.toEqual(['signal signal-imed', 'signal signal-orig']);
  });

  it('is kept of each flow that a service has the contracts of', async () => {
    await write(journal.observer(), announce({ service: 'bridge', flows: [flow('relay'), flow('signal')], consumers: [] }));

    await expect(seen()).resolves.toEqual(['relay bridge', 'signal bridge']);
  });

  it('is nobody where only others were announced', async () => {
    await write(journal.observer(), announce({ service: 'observer', flows: [], consumers: [] }));

    await expect(seen()).resolves.toEqual([]);
  });
});
