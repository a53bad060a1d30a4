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
  /** Broker URL. Default: AMQP_URL. */
  url?: string;
}

export const BUS_OPTIONS = Symbol('BUS_OPTIONS');
