import { Deliveries, Reloaded, TargetEvents, Targets, TargetStatus, TargetTest, WaitingChoice } from '@warren/protocol';
import { createZodDto } from 'nestjs-zod';
import { z } from 'zod';
import { dto } from '../docs/dto.js';

const at = '2026-11-20T06:40:00.102Z';
const message = '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11';
const status: TargetStatus = {
  name: 'grafana', queue: 'deployments.grafana', method: 'POST', url: 'https://grafana.example.org/api/annotations', state: 'open', reason: 'It answered 503.', since: at,
  concurrency: 5, waiting: 12, delivered: 240, failed: 9, lastAt: at, lastStatus: 503,
}; // prettier-ignore
const attempt = { at, attempt: 1, redrive: 0, instance: 'deployments-notifier-3fa9', ms: 84, status: 200, outcome: 'delivered' as const, error: null, body: '{"id":1}' };

export class TargetsDto extends dto(Targets, { items: [status], revision: 3, problems: [{ line: 4, message: 'unknown key "methode"' }] }) {}
export class TargetStatusDto extends dto(TargetStatus, status) {}
export class TargetEventsDto extends dto(TargetEvents, {
  items: [{ id: 7, target: 'grafana', kind: 'opened', at, by: 'deployments-notifier', detail: 'It answered 503.' }],
  next: null,
}) {}
export class ReloadedDto extends dto(Reloaded, { revision: 4, added: ['sentry'], changed: [], removed: ['slack'] }) {}
export class TargetTestDto extends dto(TargetTest, {
  request: { method: 'POST', url: status.url, headers: { 'content-type': 'application/json', authorization: '***' }, body: '{"text":"test"}' },
  ms: 84, status: 401, delivered: false, error: 'It answered 401 Unauthorized.', body: '{"message":"no key"}',
}) {} // prettier-ignore
export class DeliveriesDto extends dto(Deliveries, {
  items: [{ message, journey: message, target: 'grafana', release: 'v1.4.2', state: 'delivered', at, nextAt: null, attempts: [attempt] }],
  next: null,
}) {}

export class ReloadDto extends createZodDto(z.object({ waiting: WaitingChoice.optional() })) {}
export class DisableDto extends createZodDto(z.object({ reason: z.string().optional() })) {}
export class TestDto extends createZodDto(z.object({ release: z.string().optional(), datetime: z.string().optional(), attributes: z.record(z.string(), z.string()).optional() })) {}
