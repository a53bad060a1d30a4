import { relative } from 'node:path';
import { SystemState } from '@warren/protocol';
import { reason } from '../terminal/refusal.js';
import { type Steps } from '../terminal/steps.js';
import { table } from '../terminal/table.js';
import { type System } from './system.js';

/** What a person needs after a start: the table, whether the state was kept, the URL. */
export async function summary(system: System, steps: Steps): Promise<void> {
  steps.say(`\n${table([['SERVICE', 'PROCESSES', 'PORT', 'PID', 'LOG'], ...serviceRows(system), ...serverRows(system)])}\n`);
  steps.say(await stateLine(system.url, new Date(system.startedAt)));
  steps.say(`Warren runs at ${system.url}, Ctrl-C stops it`);
}

function serviceRows({ services }: System): string[][] {
  return services
    .filter(({ number }) => number === 1)
    .map(({ service, log }) => {
      const processes = services.filter((one) => one.service === service).map((task) => task.describe());
      return [
        service.name,
        String(processes.length),
        processes.map(({ port }) => port ?? '-').join(' '),
        processes.map(({ process }) => process?.pid ?? '-').join(' '),
        shown(processes.length > 1 ? log.replace(/1\.log$/, '*.log') : log),
      ];
    });
}

function serverRows({ servers }: System): string[][] {
  const rows = [
    { task: servers?.brokerTask, url: servers?.broker.url },
    { task: servers?.databaseTask, url: servers?.databaseUrl },
  ];
  return rows.flatMap(({ task, url }) => (task && url ? [[task.name, '1', new URL(url).port, String(task.processes[0]?.pid ?? '-'), shown(task.log)]] : []));
}

const shown = (log: string) => relative(process.cwd(), log);

/** The first start makes a new system; a later one keeps the state it finds. */
async function stateLine(gateway: string, startedAt: Date): Promise<string> {
  const response = await fetch(`${gateway}/state`, { headers: { accept: 'application/json' }, signal: AbortSignal.timeout(5_000) }).catch(reason);
  if (typeof response === 'string') return `The gateway does not tell the state: ${response}`;
  if (response.status === 401) return 'The gateway tells the state only with a key.';
  const { data } = SystemState.safeParse(await response.json());
  if (!data) return `The gateway does not tell the state: ${response.status} ${response.statusText}`;
  if (new Date(data.since) >= startedAt) return `A new system: run ${data.run}, ${data.state}`;
  return `Found its data: keeps run ${data.run}, ${data.state} since ${data.since}`;
}
