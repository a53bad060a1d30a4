import { lineOf } from './line.js';

const message = {
  text: 'seq-7',
  history: ['a', 'b'],
  handled: { b: '2026-11-26T06:40:02.500Z', a: '2026-11-26T06:40:01.200Z' },
  waited: 2_000,
  createdAt: '2026-11-26T06:40:00.000Z',
  updatedAt: '2026-11-26T06:40:02.500Z',
};
const at = new Date('2026-11-26T06:40:02.750Z');

describe('the line of a finished message', () => {
  it('has its history and its times, in the order in which it went', () => {
    expect(Object.entries(lineOf('0198', message, at))).toEqual([
      ['text', 'seq-7'],
      ['history', ['a', 'b']],
      ['broker_message_id', '0198'],
      ['created_at', '2026-11-26T06:40:00.000Z'],
      ['updated_at', '2026-11-26T06:40:02.500Z'],
      ['a_at', '2026-11-26T06:40:01.200Z'],
      ['b_at', '2026-11-26T06:40:02.500Z'],
      ['completed_at', '2026-11-26T06:40:02.750Z'],
      ['transfer_duration', 750],
    ]);
  });

  it('does not make up what a message that came by another way does not say', () => {
    const line = lineOf('0198', { ...message, history: [], handled: {}, createdAt: undefined, updatedAt: undefined }, at);

    expect(JSON.parse(JSON.stringify(line))).toEqual({ text: 'seq-7', history: [], broker_message_id: '0198', completed_at: at.toISOString() });
  });
});
