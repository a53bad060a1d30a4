import { Controller, Get, Inject, Query } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { ApiOperation, ApiQuery, ApiTags } from '@nestjs/swagger';
import { type QueueStatistic } from '@warren/protocol';
import { ZodResponse } from 'nestjs-zod';
import { z } from 'zod';
import { ApiProblems } from '../docs/api-problems.decorator.js';
import { gatewayConfig } from '../gateway.config.js';
import { ManagementApi, managementAway } from './management-api.service.js';
import { BrokerNode, Connections, coreOf, Overview, withSockets } from './node-statistic.js';
import { BrokerQueue, queueStatistic, recently } from './queue-statistic.js';
import { type NodeStatistics, NodeStatisticsDto, QueueStatisticDto } from './statistics.dto.js';

const samples = `msg_rates_age=${recently.age}&msg_rates_incr=${recently.step}`;

@ApiTags('statistics')
@ApiProblems({ 503: managementAway })
@Controller()
export class StatisticsController {
  constructor(
    @Inject(gatewayConfig.KEY) private readonly config: ConfigType<typeof gatewayConfig>,
    private readonly management: ManagementApi,
  ) {}

  @Get('node-statistic')
  @ApiOperation({ summary: 'The core figures of the broker node that answers; with detail those of every node' })
  @ApiQuery({ name: 'detail', required: false, type: Boolean })
  @ZodResponse({ status: 200, type: NodeStatisticsDto, description: 'Bytes, counts, and the uptime in milliseconds' })
  async node(@Query('detail') detail?: string): Promise<NodeStatistics> {
    const [{ node: answering, ...versions }, nodes] = await Promise.all([this.management.get('api/overview', Overview), this.nodes()]);
    const node = nodes.find(({ name }) => name === answering) ?? BrokerNode.parse({ name: answering, running: false });
    return detail === 'true' ? { ...coreOf(node), ...versions, nodes } : coreOf(node);
  }

  @Get('queue-statistic')
  @ApiOperation({ summary: 'What goes through each queue; "recently" is within the last minute' })
  @ZodResponse({ status: 200, type: [QueueStatisticDto], description: 'Rates are messages per second' })
  async queues(): Promise<QueueStatistic[]> {
    const queues = await this.management.get(`api/queues/${encodeURIComponent(this.config.vhost)}?columns=name,message_stats&${samples}`, z.array(BrokerQueue));
    return queues.map(queueStatistic);
  }

  private async nodes(): Promise<BrokerNode[]> {
    const nodes = await this.management.get('api/nodes', z.array(BrokerNode));
    if (nodes.every(({ sockets_used }) => sockets_used > 0)) return nodes;
    const connections = await this.management.get('api/connections?columns=node', Connections);
    return nodes.map((node) => withSockets(node, connections));
  }
}
