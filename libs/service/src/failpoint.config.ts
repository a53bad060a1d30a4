import { z } from 'zod';
import { readSettings } from './settings/read-settings.js';

const one = /^[a-z]+(?:\.[a-z]+)*(?::[1-9]\d*)?$/;

const Environment = z
  .object({
    FAILPOINT: z
      .string()
      .default('')
      .transform((text) => text.split(',').map((word) => word.trim()).filter(Boolean))
      .refine((words) => words.every((word) => one.test(word)), 'must be names of failpoints with commas between, each with ":n" for its n-th passing'),
  })
  .transform(({ FAILPOINT }) => ({ passings: new Map(FAILPOINT.map(passingOf)) }));

/** FAILPOINT: where this process kills itself, for tests of crashes: `redrive.claimed,redrive.marked:3`. Default: nowhere. */
export const readFailpoints = (env = process.env) => readSettings(Environment, env);

function passingOf(word: string): [name: string, passing: number] {
  const [name = '', passing = '1'] = word.split(':');
  return [name, Number(passing)];
}
