import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type z } from 'zod';
import { type System } from '../system/system.js';

/** The whole lines of one context that the first process of a service has logged, in order. @throws ZodError when one is not as it should be */
export function loggedLines<S extends z.ZodType>({ folder }: System, service: string, context: string, line: S): z.output<S>[] {
  const log = readFileSync(join(folder, `logs/${service}.1.log`), 'utf8');
  const whole = log.slice(0, log.lastIndexOf('\n') + 1).split('\n');
  return whole.filter((one) => one.includes(`"context":"${context}"`)).map((one) => line.parse(JSON.parse(one)));
}
