import { type NodeStatistic } from '@warren/protocol';
import { z } from 'zod';

const figure = z.number().default(0);

/** A node as `GET /api/nodes` of RabbitMQ 3.10 and 4 tells of it. A node that does not run has no figures. */
export const BrokerNode = z.object({
  name: z.string(),
  running: z.boolean(),
  fd_used: figure,
  fd_total: figure,
  sockets_used: figure,
  sockets_total: figure,
  mem_used: figure,
  mem_limit: figure,
  mem_alarm: z.boolean().default(false),
  disk_free: figure,
  disk_free_limit: figure,
  disk_free_alarm: z.boolean().default(false),
  proc_used: figure,
  proc_total: figure,
  run_queue: figure,
  processors: figure,
  uptime: figure,
  partitions: z.array(z.string()).default([]),
});
export type BrokerNode = z.infer<typeof BrokerNode>;

export const Overview = z.object({ node: z.string(), rabbitmq_version: z.string(), erlang_version: z.string() });
export const Connections = z.array(z.object({ node: z.string().optional() }));

/** RabbitMQ 4 tells no sockets any more (always 0): the connections of the node are counted instead. */
export const withSockets = (node: BrokerNode, connections: z.infer<typeof Connections>): BrokerNode => ({
  ...node,
  sockets_used: node.sockets_used || connections.filter((connection) => connection.node === node.name).length,
});

/** The five core figures: bytes, counts, and the uptime in milliseconds. */
export const coreOf = ({ fd_used, sockets_used, mem_used, disk_free, uptime }: BrokerNode): NodeStatistic => ({ fd_used, sockets_used, mem_used, disk_free, uptime });
