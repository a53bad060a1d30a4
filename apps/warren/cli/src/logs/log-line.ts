import { z } from 'zod';

const Line = z.looseObject({ time: z.iso.datetime(), level: z.string(), instance: z.string(), context: z.string().default(''), msg: z.string().default('') });

/** A line of a service's log for people: time, level, instance, where, what, and what else it says. A line that is no JSON as it is. */
export function readable(service: string, line: string): string {
  const parsed = Line.safeParse(jsonOf(line));
  if (!parsed.success) return `${service}: ${line}`;
  const { time, level, instance, context, msg, err, ...more } = parsed.data;
  delete more['service'];
  const rest = Object.keys(more).length > 0 ? JSON.stringify(more) : '';
  return [time, level.toUpperCase().padEnd(5), instance, context && `${context}:`, msg, rest, stackOf(err)].filter(Boolean).join(' ');
}

/** When it was written, as far as it says; for putting the lines of several logs in order. */
export const timeOf = (line: string): string | undefined => Line.safeParse(jsonOf(line)).data?.time;

function stackOf(err: unknown): string {
  const { data } = z.object({ stack: z.string() }).safeParse(err);
  return data ? `\n${data.stack}` : '';
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
