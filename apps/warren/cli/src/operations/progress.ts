import { type Writable } from 'node:stream';
import { type Operation } from '@warren/protocol';
import { Presets, SingleBar } from 'cli-progress';
import { isTerminal } from '../terminal.js';
import { outcomesOf, summaryOf } from './summary.js';

export interface Progress {
  show(operation: Operation): void;
  end(): void;
}

/** A bar where a person looks, else a line whenever the state changes or a tenth more is done. */
export const progressOn = (stream: Writable): Progress => (isTerminal(stream) ? bar(stream) : lines(stream));

function bar(stream: Writable): Progress {
  const format = '{kind} {bar} {value} of {total}, {state} {outcomes}';
  const shown = new SingleBar({ stream, format, barsize: 30, clearOnComplete: true, emptyOnZero: true, gracefulExit: false, hideCursor: true }, Presets.shades_classic);
  let started = false;
  return {
    show(operation) {
      const { kind, state, done, total } = operation;
      const about = { kind, state, outcomes: outcomesOf(operation) };
      if (!started) shown.start(total, done, about);
      started = true;
      shown.setTotal(total);
      shown.update(done, about);
    },
    end: () => shown.stop(),
  };
}

function lines(stream: Writable): Progress {
  let said = '';
  return {
    show(operation) {
      const { state, done, total } = operation;
      const now = `${state} ${Math.floor((done / Math.max(total, 1)) * 10)}`;
      if (now !== said) stream.write(`${summaryOf(operation)}\n`);
      said = now;
    },
    end: () => undefined,
  };
}
