import { type Running, type Task } from './running.js';
import { Supervisor, rank } from './supervisor.js';

const stopped: string[] = [];
const killed: string[] = [];

function task(name: string): Task {
  let end: (how: string) => void;
  const ended = new Promise<string>((resolve) => (end = resolve));
  const ending = (list: string[]) => async (): Promise<void> => {
    await Promise.resolve();
    list.push(name);
    end('exit code 0');
  };
  const running: Running = { ready: Promise.resolve(), ended, stop: ending(stopped), kill: ending(killed) };
  return { name, start: () => Promise.resolve(running) };
}

async function system(): Promise<Supervisor> {
  const supervisor = new Supervisor({ report: () => undefined, changed: () => undefined });
  await supervisor.start(task('postgres'), rank.servers);
  await supervisor.start(task('observer'), rank.observer);
  await supervisor.start(task('gateway'), rank.gateway);
  await supervisor.start(task('signal-imed'), rank.flows);
  return supervisor;
}

describe('Supervisor', () => {
  it('stops flow services first, then what people ask, the observer, and the servers last', async () => {
    const supervisor = await system();
    await Promise.all([supervisor.stop(), supervisor.stop()]);
    expect(stopped).toEqual(['signal-imed', 'gateway', 'observer', 'postgres']);
  });

  it('starts nothing any more once it stops', async () => {
    const supervisor = await system();
    await supervisor.stop();
    await expect(supervisor.start(task('late'), rank.flows)).rejects.toThrow('It was stopped while it started.');
  });

  it('ends everything at once when it is told to', async () => {
    await (await system()).kill();
    expect(killed.sort()).toEqual(['gateway', 'observer', 'postgres', 'signal-imed']);
  });
});
