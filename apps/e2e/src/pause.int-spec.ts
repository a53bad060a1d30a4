import { setTimeout as delay } from 'node:timers/promises';
import { waitFor } from '@warren/testing';
import { bootSystem } from './system/boot-system.js';
import { type System } from './system/system.js';

const stopped = 3_000;
const imedDelay = 4_000;

/** Looks at the message log for so long and fails when a line is added. */
async function expectStill(system: System, milliseconds: number): Promise<void> {
  const { text } = await system.request('/messages');
  const until = Date.now() + milliseconds;
  while (Date.now() < until) {
    expect((await system.request('/messages')).text).toBe(text);
    await delay(250);
  }
}

const running = (system: System) => waitFor(async () => (await system.texts('my.i')).length > 0, { timeout: 20_000, what: 'the first answer' });

describe('PAUSED with everything quick', () => {
  let system: System;
  beforeAll(async () => {
    system = await bootSystem({ env: { ORIG_INTERVAL: '150', IMED_DELAY: '100' } });
  }, 150_000);

  it('answers within 1.5 s, and the message log stays as it is', async () => {
    await running(system);
    const answer = await system.put('PAUSED');
    expect(answer).toMatchObject({ status: 200, text: 'PAUSED' });
    expect(answer.took).toBeLessThan(1_500);
    await expectStill(system, 3_000);
    expect(await system.texts('my.i')).toHaveLength((await system.texts('my.o')).length);
  });

  it('goes on with the next number', async () => {
    const before = (await system.texts('my.o')).length;
    await system.put('RUNNING');
    const after = await waitFor(async () => {
      const texts = await system.texts('my.o');
      return texts.length > before + 1 && texts;
    });
    expect(after.slice(before, before + 2)).toEqual([`MSG_${before + 1}`, `MSG_${before + 2}`]);
  });

  it('names who did not confirm, goes on converging, and has converged when it comes back', async () => {
    system.signal('signal-imed', 'SIGSTOP');
    try {
      const answer = await system.request('/state?payload=PAUSED', { method: 'PUT' });
      expect(answer.status).toBe(504);
      expect(JSON.parse(answer.text)).toMatchObject({ unconfirmed: [expect.stringMatching(/^signal-imed/)] });
      expect((await system.state()).converged).toBe(false);
    } finally {
      system.signal('signal-imed', 'SIGCONT');
    }
    await waitFor(async () => (await system.state()).converged, { timeout: 15_000, what: 'convergence' });
    expect((await system.request('/state')).text).toBe('PAUSED');
  }, 60_000);
});

describe('PAUSED with imed at 4 s and the observer stopped for 3 s', () => {
  it('answers after both, and the message log stays as it is', async () => {
    const system = await bootSystem({ env: { ORIG_INTERVAL: '1000', IMED_DELAY: String(imedDelay), STATE_DEADLINE: '20000' } });
    await running(system);
    system.signal('observer', 'SIGSTOP');
    const asked = performance.now();
    const answering = system.put('PAUSED');
    await delay(stopped);
    system.signal('observer', 'SIGCONT');
    expect(await answering).toMatchObject({ status: 200, text: 'PAUSED' });
    const took = performance.now() - asked;
    expect(took).toBeGreaterThan(stopped);
    expect(took).toBeLessThan(stopped + imedDelay + 1_500);
    expect((await system.texts('my.i')).length).toBe((await system.texts('my.o')).length);
    await expectStill(system, 5_000);
  }, 150_000);
});
