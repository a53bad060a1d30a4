import { Flows, FlowStatistics, StatisticsWindow, type ConsumerStatistics, type InstanceStatistics, type Percentiles } from '@warren/protocol';
import { Option, type Command } from 'commander';
import { type Context } from '../program.js';
import { brief, print, printJson, table } from '../terminal.js';

const figures = ['HANDLED', 'RETRIED', 'DEAD', 'PUBLISHED', 'BUSY', 'WAITING p50', 'p90', 'p99', 'HANDLING p50', 'p90', 'p99'];
const flowHead = ['FLOW', 'PUBLISHED', 'HANDLED', 'RETRIED', 'DEAD', 'JOURNEYS', 'DEAD', 'END TO END p50', 'p90', 'p99', 'MAX'];
/** Milliseconds: a day of a large system takes seconds to read. */
const patience = 40_000;

export function addStatistics(program: Command, context: Context): void {
  program
    .command('statistics')
    .description('what flows did of late; of one, each consumer and instance: how much, how long it waited and took, how busy')
    .argument('[flow]', 'this one in full')
    .addOption(new Option('--window <time>', 'until now').choices(StatisticsWindow.options).default('10m'))
    .action((flow: string | undefined, { window }: { window: StatisticsWindow }) => statistics(context, flow, window));
}

async function statistics({ gateway, json, terminal }: Context, flow: string | undefined, window: StatisticsWindow): Promise<void> {
  const ask = (name: string) => gateway().json(FlowStatistics, `/api/v1/flows/${encodeURIComponent(name)}/statistics?window=${window}`, { patience });
  if (flow !== undefined) {
    const one = await ask(flow);
    return json() ? printJson(terminal, one) : print(terminal, wholeOf(one));
  }
  const all: FlowStatistics[] = [];
  for (const { name } of (await gateway().json(Flows, '/api/v1/flows')).items) all.push(await ask(name)); // one after another: each may be a lot to read
  if (json()) await printJson(terminal, all);
  else if (all.length === 0) terminal.err.write('There are none.\n');
  else await print(terminal, table([flowHead, ...all.map(flowRow)]));
}

const wholeOf = (flow: FlowStatistics): string =>
  [
    table([flowHead, flowRow(flow)]),
    table([['CONSUMER', 'INSTANCE', ...figures], ...flow.consumers.flatMap((consumer) => [row(consumer), ...consumer.instances.map((instance) => row(consumer, instance))])]),
  ].join('\n\n');

const flowRow = ({ flow, published, handled, retried, dead, journeys }: FlowStatistics): string[] => [
  brief(flow), ...[published, handled, retried, dead, journeys.complete, journeys.dead].map(String), ...three(journeys.latency), shown(journeys.latency?.max),
]; // prettier-ignore

function row(consumer: ConsumerStatistics, instance?: InstanceStatistics): string[] {
  const { handled, retried, dead, published, busy, waiting, handling } = instance ?? consumer;
  const share = busy === null ? '-' : `${(busy * 100).toFixed(1)} %`;
  return [brief(consumer.queue), brief(instance?.instance ?? 'all'), ...[handled, retried, dead, published].map(String), share, ...three(waiting), ...three(handling)];
}

const three = (durations: Percentiles | null): string[] => [shown(durations?.p50), shown(durations?.p90), shown(durations?.p99)];

/** `12 ms`, `1.2 s`, `3.4 min`, `2.1 h`. */
function shown(milliseconds: number | undefined): string {
  if (milliseconds === undefined) return '-';
  if (milliseconds < 1_000) return `${Math.round(milliseconds)} ms`;
  const [unit, size] = ([['h', 3_600_000], ['min', 60_000]] as const).find(([, size]) => milliseconds >= size) ?? ['s', 1_000]; // prettier-ignore
  return `${(milliseconds / size).toFixed(1)} ${unit}`;
}
