import { readOptions } from './options.js';

describe("the bench's options", () => {
  it('run every bench five times with 30,000 messages by default', () => {
    const others = { letters: undefined, deliveries: false, delays: [0, 20, 100], journal: undefined, jobs: undefined, concurrency: [1, 10, 50], rivals: undefined };
    expect(readOptions([])).toEqual({ only: undefined, json: false, rounds: 5, messages: 30_000, ...others });
  });

  it('choose one bench and JSON lines', () => {
    expect(readOptions(['--only', '1', '--json', '--rounds', '3', '--messages', '500'])).toMatchObject({ only: 1, json: true, rounds: 3, messages: 500 });
  });

  it.each([['--only', 'x'], ['--rounds', '0'], ['--messages', '1.5']])('refuse %s %s and show the usage', (option, value) => {
    expect(() => readOptions([option, value])).toThrow(`${option} takes a whole number from 1, not "${value}". Usage: npm run bench`);
  });

  it('choose the dead letters, a million unless told otherwise', () => {
    expect(readOptions(['dead-letters'])).toMatchObject({ letters: 1_000_000, json: false });
    expect(readOptions(['dead-letters', '--letters', '2000', '--json'])).toMatchObject({ letters: 2_000, json: true });
  });

  it('choose the deliveries, as many rounds and messages as told', () => {
    expect(readOptions(['deliveries', '--rounds', '2', '--messages', '100'])).toMatchObject({ deliveries: true, letters: undefined, rounds: 2, messages: 100 });
  });

  it('choose how long the endpoint takes', () => {
    expect(readOptions(['deliveries', '--delays', '0,50']).delays).toEqual([0, 50]);
    expect(() => readOptions(['deliveries', '--delays', '5,x'])).toThrow('--delays takes whole milliseconds with commas between, not "5,x". Usage: npm run bench');
  });

  it('choose the journal, of ten million messages unless told otherwise', () => {
    expect(readOptions(['journal'])).toMatchObject({ journal: 10_000_000, deliveries: false, json: false });
    expect(readOptions(['journal', '--messages', '2000', '--json'])).toMatchObject({ journal: 2_000, json: true });
  });

  it('choose the jobs, ten thousand unless told otherwise, how many at once, and who does them', () => {
    expect(readOptions(['jobs'])).toMatchObject({ jobs: 10_000, journal: undefined, concurrency: [1, 10, 50], rivals: undefined });
    expect(readOptions(['jobs', '--messages', '500', '--concurrency', '1,5', '--rivals', 'Warren,pg-boss'])).toMatchObject({ jobs: 500, concurrency: [1, 5], rivals: ['Warren', 'pg-boss'] });
    expect(() => readOptions(['jobs', '--concurrency', '1,x'])).toThrow('--concurrency takes a whole number from 1, not "x". Usage: npm run bench');
  });

  it('refuse a bench that is not there and show the usage', () => {
    expect(() => readOptions(['letters'])).toThrow('There is no bench "letters". Usage: npm run bench');
  });

  it('refuse an option that is not there', () => {
    expect(() => readOptions(['--fast'])).toThrow('Usage: npm run bench');
  });
});
