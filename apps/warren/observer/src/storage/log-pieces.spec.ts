import { piecesOf } from './log-pieces.store.js';

const at = new Date('2026-11-20T23:59:59.250Z');
const line = (seq: number, given: Partial<Parameters<typeof piecesOf>[0][number]> = {}) => ({ day: '2026-11-20', flow: 'signal', run: 2, seq, topic: 'my.o', line: `MSG_${seq}`, ...given });
const spans = (...messages: ReturnType<typeof line>[]) => piecesOf(messages, at).map(({ day, flow, run, first, last }) => [day.slice(-2), flow, run, first, last].join(' '));

describe('pieces of message logs', () => {
  it('have the lines of a run of a flow, in the journal’s order', () => {
    expect(piecesOf([line(1), line(2), line(3, { flow: 'relay', topic: 'a\r\nb' }), line(4)], at)).toEqual([
      { day: '2026-11-20', flow: 'signal', run: 2, first: 1, last: 4, text: ['MSG_1', 'MSG_2', 'MSG_4'].map((text) => `2026-11-20T23:59:59.250Z Topic my.o: ${text}\n`).join('') },
      { day: '2026-11-20', flow: 'relay', run: 2, first: 3, last: 3, text: '2026-11-20T23:59:59.250Z Topic a  b: MSG_3\n' },
    ]);
  });

  it('are of one run each, whatever a flow is called', () => {
    expect(spans(line(1), line(2, { run: 1 }), line(3, { flow: '2 signal', run: 1 }), line(4), line(5, { run: 1 }))).toEqual(['20 signal 2 1 4', '20 signal 1 2 5', '20 2 signal 1 3 3']);
  });

  it('end where a line of another day comes between, so that no two overlap', () => {
    expect(spans(line(1), line(2, { day: '2026-11-21' }), line(3), line(4))).toEqual(['20 signal 2 1 1', '21 signal 2 2 2', '20 signal 2 3 4']);
  });

  it('fit in a page, but for a line that does not', () => {
    const lines = [1_000, 6_000, 1_000, 10_000, 1_000].map((length, n) => line(n + 1, { line: 'x'.repeat(length) }));
    expect(spans(...lines)).toEqual(['20 signal 2 1 2', '20 signal 2 3 3', '20 signal 2 4 4', '20 signal 2 5 5']);
  });
});
