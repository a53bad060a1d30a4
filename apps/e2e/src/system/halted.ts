import { waitFor } from '@warren/testing';
import { type System } from './system.js';

/**
 * Stops a service's one process for good: it is killed, and the one that is started in its place is held (SIGSTOP) before it is connected to anything.
 * @returns lets that one go on
 */
export async function halt(system: System, service: string): Promise<() => void> {
  const killed = system.pid(service);
  process.kill(killed, 'SIGKILL');
  const held = await waitFor(() => system.run.services.find((one) => one.service === service && one.process && one.process.pid !== killed)?.process?.pid, { interval: 5, what: `the next process of ${service}` });
  process.kill(held, 'SIGSTOP');
  return () => void process.kill(held, 'SIGCONT');
}
