import { type ConsumerStatistics, type Finished, type FlowDetail, type FlowStatistics, type InstanceStatistics, type Percentiles } from '@warren/protocol';
import { type FinishedRow, type JourneysRow, type StatisticsRows } from './flow-statistics.store.js';

const nothing: FinishedRow = {
  queue: null, consumer: null, service: null, instance: null, handled: 0, retried: 0, dead: 0, published: 0, waiting: null, handling: null, worked: 0, instances: 0,
}; // prettier-ignore

type Announced = FlowDetail['consumers'][number];
type Shown = Omit<FlowStatistics, 'flow' | 'window' | 'from' | 'to'>;

/** @param length of the window, in milliseconds */
export function statisticsOf({ finished, journeys }: StatisticsRows, announced: readonly Announced[], length: number): Shown {
  const whole = finished.find(({ queue }) => queue === null) ?? nothing;
  const queues = new Set([...announced.map(({ queue }) => queue), ...finished.flatMap(({ queue }) => queue ?? [])]);
  const consumers = [...queues].sort().map((queue) => consumerOf(queue, finished, announced.find((one) => one.queue === queue), length));
  const { published, complete, dead, latency } = journeys;
  return { ...figuresOf(whole), published, journeys: { complete, dead, latency: percentilesOf(latency) }, consumers };
}

function consumerOf(queue: string, finished: readonly FinishedRow[], announced: Announced | undefined, length: number): ConsumerStatistics {
  const own = finished.filter((row) => row.queue === queue);
  const whole = own.find(({ instance }) => instance === null) ?? nothing;
  const concurrency = announced?.concurrency ?? null;
  const busy = (row: FinishedRow, instances: number) => (concurrency === null ? null : share(row.worked, length * concurrency * instances));
  const instances = own.flatMap((row): InstanceStatistics[] =>
    row.instance === null ? [] : [{ ...figuresOf(row), published: row.published, busy: busy(row, 1), service: row.service ?? '', instance: row.instance }],
  );
  const service = announced?.service ?? whole.service ?? '';
  const consumer = announced?.name ?? whole.consumer ?? queue;
  return { queue, consumer, service, concurrency, ...figuresOf(whole), published: whole.published, busy: busy(whole, whole.instances), instances };
}

const share = (worked: number, possible: number): number => (possible === 0 ? 0 : Math.round((worked / possible) * 10_000) / 10_000);

const figuresOf = ({ handled, retried, dead, waiting, handling }: FinishedRow): Finished => ({ handled, retried, dead, waiting: percentilesOf(waiting), handling: percentilesOf(handling) });

function percentilesOf(quantiles: JourneysRow['latency']): Percentiles | null {
  if (quantiles === null) return null;
  const [p50, p90, p99, max] = quantiles.map((milliseconds) => Math.round(milliseconds * 1000) / 1000) as [number, number, number, number];
  return { p50, p90, p99, max };
}
