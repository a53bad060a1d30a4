import { writeFileSync } from 'node:fs';
import { Targets, type TargetStatus } from '@warren/protocol';
import { type System } from '../system/system.js';

export interface TargetSettings {
  name: string;
  url: string;
  attempts?: number;
  breaker?: { failures: number; probes: number } | false;
}

/** Writes the notifier's file; YAML takes JSON as it is. */
export function writeTargets(file: string, targets: readonly TargetSettings[]): void {
  const all = targets.map((one) => ({ preset: 'log', allow: ['127.0.0.0/8'], delays: ['200ms', '400ms'], timeout: '5s', concurrency: 5, ...one }));
  writeFileSync(file, JSON.stringify({ targets: all }));
}

/** A target as operators see it. @throws when there is none of this name */
export async function targetOf(system: System, name: string): Promise<TargetStatus> {
  const { text } = await system.request('/api/v1/targets');
  const found = Targets.parse(JSON.parse(text)).items.find((one) => one.name === name);
  if (!found) throw new Error(`There is no target "${name}": ${text}`);
  return found;
}
