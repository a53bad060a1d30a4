import { z } from 'zod';

const levels = ['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace'] as const;
const Level = z.enum(levels);
type Level = z.infer<typeof Level>;

/** The level of each service that has one of its own, and of all others. */
export interface LogLevels {
  readonly others: Level;
  readonly services: Readonly<Record<string, Level>>;
}

/** Reads `info,signal-imed=debug`; an issue in the schema's context where a word is no level. */
export function parseLogLevels(text: string, context: z.core.$RefinementCtx): LogLevels {
  const services: Record<string, Level> = {};
  let others: Level = 'info';
  for (const word of text.split(',')) {
    const [level = '', name] = word.split('=', 2).reverse();
    const parsed = Level.safeParse(level.trim().toLowerCase());
    if (!parsed.success) context.issues.push({ code: 'custom', input: text, message: `must be one of ${levels.join(', ')}, or <service>=<level>` });
    else if (name === undefined) others = parsed.data;
    else services[name.trim()] = parsed.data;
  }
  return { others, services };
}

export const levelOf = (service: string, { others, services }: LogLevels): Level => services[service] ?? others;
