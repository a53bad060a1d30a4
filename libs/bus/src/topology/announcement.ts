import { infoOf, type Announcement, type AnnouncedContract, type ContractInfo } from '@warren/protocol';
import { z } from 'zod';
import type { BusOptions } from '../bus.options.js';
import type { Handlers } from '../consume/handlers.js';

/** What this process tells the observer of itself: all that others know of its flows. */
export function announce({ service, instance, contracts = [] }: BusOptions, handlers: Handlers): Announcement {
  return {
    service,
    instance,
    flows: contracts.map((flow) => {
      const { name, exchange, deadline, contracts } = infoOf(flow);
      return { name, exchange, deadline, contracts: contracts.map(announcedContract) };
    }),
    consumers: handlers.consumers.filter(({ bound }) => bound).map(({ name, queue, contract, concurrency, policy: { attempts, delays, deadline } }) => ({
      name, flow: contract.flow, queue, exchange: contract.exchange, pattern: contract.topic, contract: contract.name, concurrency,
      policy: { attempts, delays: [...delays], deadline },
    })), // prettier-ignore
    sources: handlers.sources.map(({ name, contract, every, ends }) => ({
      name, flow: contract.flow, contract: contract.name, every, ...(ends && { takes: [...ends.takes] }),
    })), // prettier-ignore
  };
}

function announcedContract({ name, topic, version, type, options, schema }: ContractInfo): AnnouncedContract {
  return {
    name, topic, version, type, terminal: options.terminal ?? false, line: options.line, secret: [...(options.secret ?? [])], search: [...(options.search ?? [])],
    schema: z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }),
  }; // prettier-ignore
}
