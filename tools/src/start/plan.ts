import { UsageError } from '../terminal/refusal.js';
import { type Arguments } from './arguments.js';
import { type Service } from './workspace.js';

/** The flows that start unless told otherwise, as far as the workspace has them. */
const defaultFlows = ['signal', 'jobs'];

/** A service and how many processes of it run. */
export interface Planned {
  service: Service;
  processes: number;
}

/**
 * Which services start, and how many processes of each.
 * @throws UsageError for a flow or a service that the workspace does not have
 */
export function plan(services: readonly Service[], { all, flows, scale }: Pick<Arguments, 'all' | 'flows' | 'scale'>): Planned[] {
  const known = [...new Set(services.flatMap(({ flow }) => flow ?? []))];
  const unknown = flows?.find((flow) => !known.includes(flow));
  if (unknown !== undefined) throw new UsageError(`There is no flow "${unknown}": --flows takes ${known.join(', ')}.`);
  const wanted = all ? known : (flows ?? defaultFlows);
  const chosen = services.filter(({ flow }) => flow === undefined || wanted.includes(flow));
  const counts = new Map([...scale].map(([name, count]) => [named(chosen, name).name, count]));
  return chosen.map((service) => ({ service, processes: counts.get(service.name) ?? 1 }));
}

/** A service by its whole name, or by its name inside its flow where that is one service only. */
function named(services: readonly Service[], name: string): Service {
  const whole = services.find((service) => service.name === name);
  const [one, ...others] = whole ? [whole] : services.filter((service) => service.name === `${service.flow ?? ''}-${name}`);
  if (one && others.length === 0) return one;
  throw new UsageError(`--scale: there is no single service "${name}" to start: it is one of ${services.map((service) => service.name).join(', ')}.`);
}
