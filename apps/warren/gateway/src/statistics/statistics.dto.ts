import { NodeStatistic, QueueStatistic } from '@warren/protocol';
import { dto } from '../docs/dto.js';
import { z } from 'zod';
import { BrokerNode } from './node-statistic.js';

/** With `?detail=true` also each node of the cluster, and the versions. */
export const NodeStatistics = NodeStatistic.extend({
  rabbitmq_version: z.string().optional(),
  erlang_version: z.string().optional(),
  nodes: z.array(BrokerNode).optional(),
});
export type NodeStatistics = z.input<typeof NodeStatistics>;

export class NodeStatisticsDto extends dto(NodeStatistics) {}
export class QueueStatisticDto extends dto(QueueStatistic) {}
