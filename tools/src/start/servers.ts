import { type Steps } from '../terminal/steps.js';
import { type Broker, type BrokerChoice } from './broker.js';
import { databaseTask } from './database.js';
import { type PrivateServer, type ServerTask } from './server-task.js';
import { type Settings } from './start.config.js';
import { rank, type Supervisor } from './supervisor.js';

/** What the services build on. */
export interface Servers {
  broker: Broker;
  brokerTask?: ServerTask<PrivateServer>;
  /** The database's administrator. */
  databaseUrl: string;
  databaseTask?: ServerTask<PrivateServer>;
}

/** Starts the broker and the database side by side, as far as they do not run elsewhere. */
export async function startServers(choice: BrokerChoice, settings: Settings, supervisor: Supervisor, steps: Steps): Promise<Servers> {
  const [broker, database] = await Promise.allSettled([startBroker(choice, supervisor, steps), startDatabase(settings, supervisor, steps)]);
  if (broker.status === 'rejected') throw broker.reason;
  if (database.status === 'rejected') throw database.reason;
  return { ...broker.value, ...database.value };
}

async function startBroker(choice: BrokerChoice, supervisor: Supervisor, steps: Steps): Promise<Pick<Servers, 'broker' | 'brokerTask'>> {
  if ('external' in choice) {
    steps.say(`✓ ${choice.external.title}`);
    return { broker: choice.external };
  }
  const { title, task } = choice;
  const { url, managementUrl, container } = await steps.run(title, () => started(task, supervisor));
  return { broker: { title, url, managementUrl, container }, brokerTask: task };
}

async function startDatabase(settings: Settings, supervisor: Supervisor, steps: Steps): Promise<Pick<Servers, 'databaseUrl' | 'databaseTask'>> {
  if (settings.databaseUrl) return { databaseUrl: settings.databaseUrl };
  const task = databaseTask(settings.folder);
  const { url } = await steps.run('Embedded Postgres', () => started(task, supervisor));
  return { databaseUrl: url, databaseTask: task };
}

async function started<S extends PrivateServer>(task: ServerTask<S>, supervisor: Supervisor): Promise<S> {
  await supervisor.start(task, rank.servers);
  return task.running;
}
