import { FlowStatistics, StatisticsWindow } from '@warren/protocol';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { dto } from '../docs/dto.js';

export const WindowQuery = z.object({
  window: StatisticsWindow.default('10m').describe('Until now: a minute, ten minutes, three hours, a day.'),
});
export type WindowQuery = z.infer<typeof WindowQuery>;
export class WindowQueryDto extends createZodDto(WindowQuery) {}

const handling = { p50: 1001.2, p90: 1002.8, p99: 1004.1, max: 1004.4 };
const waiting = { p50: 2.1, p90: 4.8, p99: 9.5, max: 11.2 };
const done = { handled: 200, retried: 1, dead: 0, waiting, handling };

export class FlowStatisticsDto extends dto(FlowStatistics, {
  ...done, flow: 'signal', window: '10m', from: '2026-11-20T06:30:00.000Z', to: '2026-11-20T06:40:00.000Z', published: 400,
  journeys: { complete: 199, dead: 0, latency: { p50: 1003.3, p90: 1007.6, p99: 1013.6, max: 6014.1 } },
  consumers: [{
    queue: 'signal.imed', consumer: 'signal.imed', service: 'signal-imed', concurrency: 10, ...done, published: 200, busy: 0.0335,
    instances: [{ service: 'signal-imed', instance: 'signal-imed-3fa9', ...done, published: 200, busy: 0.0335 }],
  }],
}) {} // prettier-ignore
