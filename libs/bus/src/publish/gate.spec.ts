import type { Command } from '@warren/protocol';
import { SourcesClosedError } from '../bus.errors.js';
import { Gate } from './gate.js';

const running: Command = { epoch: 4, run: 7, state: 'RUNNING', sources: true, attached: 'all' };
const paused: Command = { ...running, epoch: 5, state: 'PAUSED', sources: false };

describe('the gate of the sources', () => {
  it('is closed before the first command, and says why', async () => {
    await expect(new Gate().pass(() => Promise.resolve())).rejects.toThrow('This instance has not heard the state of the system yet.');
  });

  it("lets through in RUNNING, with the command's run", async () => {
    const gate = new Gate();
    await gate.follow(running);

    await expect(gate.pass((run) => Promise.resolve(run))).resolves.toBe(7);
  });

  it('lets through what no gateway tells the state, in no run', async () => {
    const gate = new Gate();
    gate.openAlone();

    await expect(gate.pass((run) => Promise.resolve({ run }))).resolves.toEqual({ run: undefined });
  });

  it('says the state in which it is closed', async () => {
    const gate = new Gate();
    await gate.follow(paused);

    await expect(gate.pass(() => Promise.resolve())).rejects.toEqual(new SourcesClosedError('PAUSED'));
  });

  it('is closed when nothing is passing any more, whether that went well or not', async () => {
    const gate = new Gate();
    await gate.follow(running);
    const ends: (() => void)[] = [];
    const passing = [
      gate.pass(() => new Promise<void>((resolve) => ends.push(resolve))),
      gate.pass(() => new Promise<void>((_, reject) => ends.push(() => reject(new Error('no'))))),
    ];
    let closed = false;
    const closing = gate.follow(paused).then(() => (closed = true));

    ends[0]!();
    await passing[0];
    expect(closed).toBe(false);
    ends[1]!();
    await closing;

    await expect(passing[1]).rejects.toThrow('no');
  });

  it('does not wait for what passes when it is forgotten, but lets nothing more through', async () => {
    const gate = new Gate();
    await gate.follow(running);

    gate.forget();

    expect(gate.open).toBe(false);
    await expect(gate.pass(() => Promise.resolve())).rejects.toMatchObject({ state: undefined });
  });
});
