import { waitFor } from '@warren/testing';
import { runningMonitor } from '../../test/running-monitor.js';

describe('a monitor that stops', () => {
  it('lets go at once of those whom it keeps waiting, without an answer', async () => {
    const monitor = await runningMonitor();
    await monitor.tell('hanging', { mode: 'hang' });
    await monitor.tell('slow', { mode: 'slow', delay: 600_000 });
    const callers = ['hanging', 'slow'].map((name) => monitor.call('POST', `/api/endpoints/${name}`, ''));
    const outcomes = Promise.allSettled(callers);
    await waitFor(async () => (await monitor.records()).length === 2);
    const started = performance.now();

    await monitor.close();

    expect((await outcomes).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});
