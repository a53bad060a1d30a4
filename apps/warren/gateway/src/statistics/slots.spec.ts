import { gapsOf } from './slots.js';

const at = (time: string) => new Date(`2026-11-20T${time}:00.000Z`);
const minute = (time: string) => ({ minutes: 1, slot: at(time) });
const hour = (time: string) => ({ minutes: 60, slot: at(time) });

describe('what slots leave of a window', () => {
  it('is all of it where nothing is rolled up', () => {
    expect(gapsOf(at('06:30'), [])).toEqual([{ from: at('06:30'), to: 'infinity' }]);
  });

  it('is its edges, and what is not rolled up between', () => {
    expect(gapsOf(at('06:30'), [minute('06:31'), minute('06:32'), minute('06:35')])).toEqual([
      { from: at('06:30'), to: at('06:31') },
      { from: at('06:33'), to: at('06:35') },
      { from: at('06:36'), to: 'infinity' },
    ]);
  });

  it('is nothing between minutes and the hours beside them, in whatever order they come', () => {
    expect(gapsOf(at('06:59'), [hour('08:00'), hour('07:00'), minute('09:00'), minute('06:59')])).toEqual([{ from: at('09:01'), to: 'infinity' }]);
  });
});
