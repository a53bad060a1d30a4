import { Database } from '@warren/database';
import { names, newId } from '@warren/protocol';
import { foreign, message } from '../../test/deliveries.js';
import { observed, type Observed } from '../../test/observed.js';
import { Intake } from './intake.js';

let journal: Observed;
let database: Database;

beforeAll(async () => {
  journal = await observed();
  database = new Database({ url: journal.database.url, schema: 'observer' });
});
afterAll(async () => {
  await database.close();
  await journal.close();
});

describe('the intake', () => {
  it('stores', async () => {
    const intake = new Intake(database);
    const id = newId();
    const one = message({ exchange: names.dead, routingKey: '' }, { id });
    Object.assign(one.properties.headers!, { 'warren-queue': 'signal.imed', 'warren-cause': '{"name":"TypeError","message":"x 12"}' });
    expect(await intake.takeIn([one, one, foreign()], { queue: names.dead })).toHaveLength(2);
    expect(await intake.takeIn([one, foreign({returns: 1})], { queue: names.dead })).toHaveLength(0);
  });
});
