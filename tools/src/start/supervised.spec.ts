import { waitFor } from '@warren/testing';
import { type Running, type Task } from './running.js';
import { Supervised } from './supervised.js';

/** A process that does what the test says. */
class FakeProcess implements Running {
  end!: (how: string) => void;
  becomeReady!: () => void;
  stopped = false;
  readonly ended = new Promise<string>((resolve) => (this.end = resolve));
  readonly ready = new Promise<void>((resolve) => (this.becomeReady = resolve));

  stop(): Promise<void> {
    this.stopped = true;
    this.end('exit code 0');
    return Promise.resolve();
  }

  kill(): Promise<void> {
    return this.stop();
  }
}

class FakeTask implements Task {
  readonly name = 'signal-imed.1';
  readonly started: FakeProcess[] = [];

  constructor(private readonly fate: (process: FakeProcess) => void = (process) => process.becomeReady()) {}

  start(): Promise<Running> {
    const process = new FakeProcess();
    this.started.push(process);
    this.fate(process);
    return Promise.resolve(process);
  }
}

const limits = { first: 1, longest: 4, failures: 5, healthy: 0 };
const lines: string[] = [];
let changes = 0;
const listener = { report: (line: string) => lines.push(line), changed: () => changes++ };
const supervise = (task: Task, patience = limits) => new Supervised(task, listener, patience);
const started = (task: FakeTask, count: number) => waitFor(() => task.started.length === count && task.started[count - 1]);

describe('Supervised', () => {
  beforeEach(() => {
    lines.length = changes = 0;
  });

  it('is started when its process is ready', async () => {
    const task = new FakeTask(() => undefined);
    const start = supervise(task).start();
    await expect(Promise.race([start.then(() => 'ready'), Promise.resolve('not yet')])).resolves.toBe('not yet');
    task.started[0]!.becomeReady();
    await start;
    expect(changes).toBe(2);
  });

  it('refuses a first start that fails, and does not try again', async () => {
    const task = new FakeTask((process) => process.end('IMED_DELAY is wrong'));
    await expect(supervise(task).start()).rejects.toThrow('IMED_DELAY is wrong');
    expect(task.started).toHaveLength(1);
  });

  it('starts again what dies, and says how it died', async () => {
    const task = new FakeTask();
    await supervise(task).start();
    task.started[0]!.end('signal SIGKILL');
    await waitFor(() => lines.length === 2);
    expect(lines).toEqual(['signal-imed.1 ended (signal SIGKILL): it is started again in 0.001 s', 'signal-imed.1 is ready again']);
  });

  it('waits longer after each failure, up to a limit, and gives up with a line', async () => {
    let first = true;
    const task = new FakeTask((process) => (first ? process.becomeReady() : process.end('exit code 1')));
    await supervise(task, { ...limits, healthy: 60_000 }).start();
    first = false;
    task.started[0]!.end('exit code 1');
    const last = await waitFor(() => lines.find((line) => line.includes('given up')));
    expect(lines.map((line) => /in ([\d.]+) s/.exec(line)?.[1])).toEqual(['0.001', '0.002', '0.004', '0.004', '0.004', undefined]);
    expect(last).toBe('signal-imed.1 ended (exit code 1) 5 times in a row and is given up: mend it, then start Warren again.');
    expect(task.started).toHaveLength(6);
  });

  it('never gives up what was well for a while each time', async () => {
    const task = new FakeTask();
    const supervised = supervise(task, { ...limits, healthy: -1 });
    await supervised.start();
    for (let death = 1; death <= 20; death++) (await started(task, death)).end('signal SIGKILL');
    await started(task, 21);
    await supervised.stop();
  });

  it('does not start again what it was told to stop, nor speak of it', async () => {
    const task = new FakeTask();
    const supervised = supervise(task);
    await supervised.start();
    await supervised.stop();
    expect(task.started).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  it('does not start again when it is stopped while it waits to', async () => {
    const task = new FakeTask();
    const supervised = supervise(task, { ...limits, first: 60_000, longest: 60_000 });
    await supervised.start();
    task.started[0]!.end('signal SIGKILL');
    await waitFor(() => lines.length === 1);
    await supervised.stop();
    expect(task.started).toHaveLength(1);
  });

  it('stops a process whose start was under way when the stop came', async () => {
    let arrive!: (running: Running) => void;
    const process = new FakeProcess();
    const supervised = supervise({ name: 'rabbitmq', start: () => new Promise((resolve) => (arrive = resolve)) });
    const start = supervised.start();
    const stop = supervised.stop();
    arrive(process);
    await expect(start).rejects.toThrow('exit code 0');
    await stop;
    expect(process.stopped).toBe(true);
  });
});
