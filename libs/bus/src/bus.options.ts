import type { Flow } from '@warren/protocol';

/** What a process tells the bus of itself. */
export interface BusOptions {
  /** The service's name, as on the roster: `signal-imed`. */
  service: string;
  /** This process of it: `signal-imed-3fa9`. */
  instance: string;
  version: string;
  /** The flows that this service publishes to or consumes from. */
  contracts?: readonly Flow[];
  /** False: no journal bindings, announcements or hop reports, so terminal contracts have no taker. For measurements. Default true. */
  journal?: boolean;
  /**
   * True: no gateway tells this process the state, as a command in a CI job. It may publish from its start on, its root messages belong to the run that the
   * observer is in, and none of its consumers is attached. With `journal: false` it needs nothing but the broker. Default false.
   */
  standalone?: boolean;
  /** Broker URL. Default: AMQP_URL. */
  url?: string;
}

export const BUS_OPTIONS = Symbol('BUS_OPTIONS');
