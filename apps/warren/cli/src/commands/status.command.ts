import { JournalBacklog, Services, type ServiceStatus, SystemState } from '@warren/protocol';
import { type Command } from 'commander';
import { type Context } from '../program.js';
import { print, printJson, table } from '../terminal.js';

const head = ['SERVICE', 'INSTANCE', 'VERSION', 'UP', 'REQUESTS', 'HANDLED', 'MEMORY', 'LAG', 'LAST BEAT'];

export function addStatus(program: Command, context: Context): void {
  program
    .command('status')
    .description('the state, and every service on the roster with its instances')
    .action(() => status(context));
}

async function status({ gateway, json, terminal }: Context): Promise<void> {
  const api = gateway();
  const [system, services] = await Promise.all([api.json(SystemState, '/state'), api.json(Services, '/api/v1/services')]);
  const journal = system.age > 0 ? null : await api.json(JournalBacklog, '/api/v1/journal'); // else the database is away, and the journal with it
  if (json()) return printJson(terminal, { ...system, services: services.items, journal });
  await print(terminal, `${stateLine(system)}${journal ? `\n${journalLine(journal)}` : ''}\n\n${table([head, ...services.items.flatMap((one) => rowsOf(one))])}`);
}

function stateLine({ state, run, epoch, converged, since, age }: SystemState): string {
  const agreed = converged ? 'all services agree' : 'not all services agree yet';
  const old = age > 0 ? `, as read ${Math.round(age)} s ago: the database is away` : '';
  return `${state} since ${since}, run ${run}, epoch ${epoch}, ${agreed}${old}`;
}

/** An observer that keeps up has a second's worth in hand at the most. */
const inStep = 2;

function journalLine({ dropped, ...backlog }: JournalBacklog): string {
  return `${behind(backlog)}${dropped > 0 ? `; ${dropped} were DROPPED from its full backlog: they are in no journey` : ''}`;
}

function behind({ messages, bytes, limit, seconds }: Omit<JournalBacklog, 'dropped'>): string {
  const share = bytes === null ? '' : ` (${(bytes / 1e6).toFixed(1)} of ${Math.round(limit / 1e6)} MB)`;
  const waiting = messages === null ? 'the broker does not say how many wait' : `${messages} wait${share}`;
  if (seconds === null) return `The journal has nothing yet: ${waiting}`;
  return seconds <= inStep ? 'The journal keeps up' : `The journal is ${duration(seconds * 1000)} behind: ${waiting}`;
}

function rowsOf({ service, instances }: ServiceStatus): string[][] {
  if (instances.length === 0) return [[service, 'none runs', ...head.slice(2).map(() => '-')]];
  const since = (time: string) => duration(Date.now() - Date.parse(time));
  return instances.map((one) => [
    service, one.instance, one.version, since(one.startedAt), String(one.requests), String(one.handled),
    `${Math.round(one.memory / 1e6)} MB`, `${one.lag.toFixed(1)} ms`, `${since(one.lastBeat)} ago`,
  ]); // prettier-ignore
}

/** The two greatest units: `3 h 12 min`. */
function duration(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  const [d, h, min, s] = [Math.floor(seconds / 86_400), Math.floor(seconds / 3600) % 24, Math.floor(seconds / 60) % 60, seconds % 60];
  if (d > 0) return `${d} d ${h} h`;
  if (h > 0) return `${h} h ${min} min`;
  return min > 0 ? `${min} min ${s} s` : `${s} s`;
}
