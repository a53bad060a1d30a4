import { UsageError } from '../terminal/refusal.js';
import { readArguments } from './arguments.js';

const refused = (...args: string[]) => {
  try {
    readArguments(args);
  } catch (error) {
    if (error instanceof UsageError) return error.message;
    throw error;
  }
  throw new Error('It was not refused.');
};

describe('readArguments', () => {
  it('starts the default flows, one process each, when nothing is asked', () => {
    expect(readArguments([])).toEqual({ all: false, flows: undefined, scale: new Map(), install: true });
  });

  it('reads lists with commas, and options given twice', () => {
    expect(readArguments(['--flows', 'relay,words', '--flows', 'digits', '--scale', 'imed=3,orig=2', '--scale', 'signal-httpserv=1'])).toMatchObject({
      flows: ['relay', 'words', 'digits'],
      scale: new Map([['imed', 3], ['orig', 2], ['signal-httpserv', 1]]),
    });
  });

  it('reads --all and --no-install', () => {
    expect(readArguments(['--all', '--no-install'])).toMatchObject({ all: true, install: false });
  });

  it.each([
    [['--flow', 'relay'], /Unknown option '--flow'/],
    [['relay'], /Unexpected argument 'relay'/],
    [['--flows'], /--flows.* argument missing/],
    [['--flows', 'a,,b'], /empty name in "a,,b"/],
    [['--scale', 'imed'], /not "imed"/],
    [['--scale', 'imed=0'], /not "imed=0"/],
    [['--scale', 'imed=51'], /from 1 to 50, not "imed=51"/],
    [['--all', '--flows', 'relay'], /exclude each other/],
  ])('refuses %j in one line with the usage', (args, message) => {
    expect(refused(...args)).toMatch(message);
    expect(refused(...args)).toMatch(/^[^\n]+Usage: npm start -- .+$/);
  });
});
