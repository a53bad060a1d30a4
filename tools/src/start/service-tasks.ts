import { provisionServices } from './database.js';
import { environmentOf, type FixedPort } from './environment.js';
import { type Planned } from './plan.js';
import { type Servers } from './servers.js';
import { ServiceTask } from './service-task.js';
import { type Settings } from './start.config.js';

export interface ServicePlan {
  root: string;
  settings: Settings;
  planned: readonly Planned[];
  ports: readonly FixedPort[];
}

/**
 * One task per process of every planned service, with what it needs to reach broker and database; the first process of a service gets its fixed port, the others the ports after it.
 * @throws Refusal when the database cannot be used
 */
export async function serviceTasks({ broker, databaseUrl }: Servers, { root, settings, planned, ports }: ServicePlan): Promise<ServiceTask[]> {
  const { folder } = settings;
  const access = await provisionServices(databaseUrl, planned.map(({ service }) => service), folder);
  return planned.flatMap(({ service, processes }) => {
    const env = environmentOf({ service, settings, broker, access: access.get(service.name), ports });
    const fixed = ports.find((one) => one.service === service);
    const own = [fixed?.port, ...(fixed?.further ?? [])];
    return Array.from({ length: processes }, (_, index) => {
      return new ServiceTask({ root, folder, service, number: index + 1, env: { ...env, PORT: String(own[index] ?? 0) } });
    });
  });
}
