import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { waitFor } from '@warren/testing';
import { temporaryFolder } from './boot-system.js';
import { Place } from './place.js';

/** Says what it was started with, and which failpoint. */
const program = `process.send({ ready: true, port: 4711 }); console.log(process.env.NAME + (process.env.FAILPOINT ?? '.')); setInterval(() => {}, 1000);`;

let script: string;
beforeAll(async () => {
  script = join(await temporaryFolder(), 'service.cjs');
  writeFileSync(script, program);
});

describe('a place', () => {
  it('is filled again whenever its process ends, and left when it is stopped', async () => {
    const place = new Place(script, { NAME: 'one' });
    expect(await place.ready()).toBe('http://127.0.0.1:4711');
    const first = place.pid;
    place.signal('SIGKILL');
    await waitFor(() => place.ends === 1 && place.pid !== undefined, { what: 'its next process' });
    expect(place.pid).not.toBe(first);
    await place.stop();
    expect(place.pid).toBeUndefined();
    expect(place.ends).toBe(1);
  });

  it('gives a failpoint to one process only', async () => {
    const place = new Place(script, { NAME: 'two' });
    await place.ready();
    place.restart({ FAILPOINT: '!' });
    await place.ready();
    place.signal('SIGKILL');
    await waitFor(() => place.output === 'two.\ntwo!\ntwo.\n', { what: 'three starts' });
    await place.stop();
  });

  it('stays empty when it is stopped between two processes', async () => {
    const place = new Place(script, { NAME: 'three' });
    await place.ready();
    place.signal('SIGKILL');
    await waitFor(() => place.ends === 1, { interval: 5, what: 'its end' });
    await place.stop();
    expect(place.pid).toBeUndefined();
  });
});
