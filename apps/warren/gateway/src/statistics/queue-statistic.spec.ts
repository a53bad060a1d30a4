import { queueStatistic } from './queue-statistic.js';

const samples = (...totals: number[]) => totals.map((sample) => ({ sample }));

describe('the statistic of a queue', () => {
  it('has rates, and what came and went within the last minute', () => {
    const message_stats = { publish_details: { rate: 2.5, samples: samples(150, 120, 100) }, deliver_get_details: { rate: 2, samples: samples(90, 90) } };

    expect(queueStatistic({ name: 'signal.imed', message_stats })).toEqual({
      queue: 'signal.imed',
      message_delivery_rate: 2,
      message_publishing_rate: 2.5,
      messages_delivered_recently: 0,
      messages_published_recently: 50,
    });
  });

  it.each([undefined, {}])('is zero with the stats %j', (message_stats) => {
    const { queue, ...figures } = queueStatistic({ name: 'new', message_stats });

    expect(queue).toBe('new');
    expect(Object.values(figures)).toEqual([0, 0, 0, 0]);
  });
});
