import { SystemState, Transition } from '@warren/protocol';
import { dto } from '../docs/dto.js';

export class SystemStateDto extends dto(SystemState) {}
export class TransitionDto extends dto(Transition) {}

export const stateExample: SystemState = { state: 'RUNNING', run: 3, epoch: 12, converged: true, since: '2026-11-01T06:35:01.373Z', age: 0 };

export const transitionExample: Transition = {
  id: '0193a1c2-7d3e-7c4f-9a53-2f6b1c0d9e11',
  epoch: 13,
  run: 3,
  from: 'RUNNING',
  to: 'PAUSED',
  by: 'anonymous',
  state: 'PAUSED',
  askedAt: '2026-11-01T06:40:00.102Z',
  confirmedAt: '2026-11-01T06:40:00.131Z',
  quiet: true,
  quietAt: '2026-11-01T06:40:01.012Z',
  open: [],
  entries: [{ service: 'signal-orig', instance: 'signal-orig-08c1', confirmedAt: '2026-11-01T06:40:00.120Z' }],
};
