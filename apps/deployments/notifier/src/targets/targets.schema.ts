import ipaddr from 'ipaddr.js';
import { z } from 'zod';
import { durationOf, durationPattern, longestDelay, millisecondsOf, shortestDelay } from './durations.js';
import { presetNames } from './presets.js';
import { hasBrokenReference, hasReference, headerValue, secretReference } from './references.js';
import type { CodeRange } from './target.js';
import { urlProblem } from './target-url.js';

const mostAttempts = 1_000;
const day = 86_400_000;

/** Set by what sends: undici, and the signature. */
const ownHeaders = new Set(['webhook-id', 'webhook-timestamp', 'webhook-signature', 'content-length', 'transfer-encoding', 'connection', 'keep-alive', 'upgrade', 'expect']);

const kind = (what: string) => ({ error: ({ input }: { input?: unknown }) => (input === undefined ? 'is missing' : `must be ${what}`) });
const text = (what = 'a text: put it in quotes') => z.string(kind(what));
const count = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`;
  return z.int(kind(error.slice('must be '.length))).min(least, error).max(most, error);
};
const brokenReference = 'has a ${ that is no reference: write ${NAME} or ${NAME:-default}';

function duration(least: number, most: number) {
  const form = 'a duration such as 500ms, 10s, 5m or 1h';
  return text(form)
    .regex(durationPattern, `must be ${form}`)
    .transform(millisecondsOf)
    .refine((ms) => Number.isNaN(ms) || (ms >= least && ms <= most), `must be ${shown(least)} to ${shown(most)}`);
}

const shown = (ms: number) => (ms === longestDelay ? '19 days' : durationOf(ms));

const Name = text('a name').regex(/^(?!(?:events|reload)$)[a-z][a-z0-9-]{0,62}$/, 'must be a small letter, then up to 62 small letters, digits or hyphens, and not "events" or "reload", which the API has for itself').meta({ description: 'Its queue is deployments.<name>.' });

/** References are looked up later: until then a default stands for them, or any text. */
const Url = text().superRefine((url, context) => {
  const sample = url.replaceAll(/\$\{\w+:-([^}]*)\}/g, '$1').replaceAll(/\$\{\w+\}/g, '1');
  const unknownYet = /^\$\{\w+\}/.test(url);
  const problem = hasBrokenReference(url) ? brokenReference : unknownYet ? undefined : urlProblem(sample);
  if (problem) context.addIssue(problem);
});

const Headers = z
  .record(text().regex(/^[\w!#$%&'*+.^`|~-]+$/, 'is no name of a header'), text().regex(headerValue, 'must be one line'), kind('a map of header names and values'))
  .superRefine((headers, context) => {
    const names = Object.keys(headers);
    for (const [name, value] of Object.entries(headers)) {
      const lower = name.toLowerCase();
      const twice = names.find((other) => other !== name && other.toLowerCase() === lower);
      if (ownHeaders.has(lower)) context.addIssue({ code: 'custom', path: [name], message: 'is a header that the notifier sets itself' });
      if (twice) context.addIssue({ code: 'custom', path: [name], message: `is the same header as ${twice}` });
      if (hasBrokenReference(value)) context.addIssue({ code: 'custom', path: [name], message: brokenReference });
    }
  });

const Body = text()
  .max(65_536, 'must have at most 65,536 characters')
  .refine((body) => !hasReference(body), 'must hold no reference: those are for url, headers and secrets')
  .meta({ description: 'Liquid template of the body. Fields: id, release, datetime, attributes.<key>, target. Values are escaped for the inside of a JSON string.' });

const codeForm = 'a code from 200 to 599, or 2xx, 3xx, 4xx or 5xx';
const Code = z
  .union([count(200, 599), text().regex(/^[2-5]xx$/, `must be ${codeForm}`)], kind(codeForm))
  .transform((code): CodeRange => (typeof code === 'number' ? { from: code, to: code } : { from: Number(code[0]) * 100, to: Number(code[0]) * 100 + 99 }));

const Delay = duration(shortestDelay, longestDelay);
const Growing = z
  .strictObject({ first: Delay, factor: z.number(kind('a number')).min(1, 'must be 1 or more').max(1_000, 'must be at most 1000').optional(), most: Delay }, kind('a map'))
  .refine(({ first, most }) => most >= first, { path: ['most'], message: 'must not be less than first' })
  .transform(({ first, factor = 2, most }) => growing(first, factor, most));
const Delays = z
  .union([z.array(Delay, kind('a list')).min(1, 'must name one delay at least').max(mostAttempts, `must be at most ${mostAttempts}`), Growing], kind('a list of durations, or { first, factor, most }'))
  .meta({ description: 'Before the second attempt, the third, …; the last one repeats. Or growing ones, by factor 2 where none is given.' });

/** Up to the one that repeats. */
function growing(first: number, factor: number, most: number): number[] {
  const delays = [first];
  while (delays.length < mostAttempts && factor > 1 && (delays.at(-1) ?? most) < most) delays.push(Math.min(Math.round(first * factor ** delays.length), most));
  return delays;
}

const Range = text('a range of addresses').refine((range) => ipaddr.isValidCIDR(range), 'must be a range of addresses such as 10.0.0.0/8 or fd00::/8');

const RateLimit = z.strictObject({ requests: count(1, 100_000), per: duration(100, day) }, kind('{ requests, per }')).meta({ description: 'Of all instances together.' });

const Breaker = z
  .union([z.literal(false), z.strictObject({ failures: count(1, 1_000).optional(), probes: count(1, 60).optional() }, kind('a map'))], kind('false, or { failures, probes }'))
  .meta({ description: 'After so many failures in a row it opens, and lets so many probes a minute through. Default: 5 and 4. false: never.' });

/** A target as the file has it. */
export const TargetEntry = z.strictObject(
  {
    name: Name,
    preset: z.enum(presetNames, kind(`one of ${presetNames.join(', ')}`)).optional().meta({ description: 'Gives method, headers, body and success; what the target says itself wins.' }),
    url: Url,
    method: z.enum(['POST', 'PUT', 'PATCH', 'DELETE'], kind('POST, PUT, PATCH or DELETE')).optional(),
    headers: Headers.optional(),
    body: Body.optional(),
    success: z.array(Code, kind('a list')).min(1, 'must name one code at least').optional().meta({ description: 'Codes that mean delivered. Default: 2xx.' }),
    timeout: duration(100, 600_000).optional().meta({ description: 'Of a whole request, its answer included. Default: 10s.' }),
    attempts: count(1, mostAttempts).optional(),
    delays: Delays.optional(),
    rateLimit: RateLimit.optional(),
    concurrency: count(1, 100).optional(),
    secrets: z
      .array(text().regex(secretReference, 'must be a reference such as ${RELEASE_SECRET}, so that the file holds no secret'), kind('a list'))
      .max(5, 'must be at most 5')
      .optional()
      .meta({ description: 'Standard Webhooks secrets (whsec_…), the one in use first, then those that are being replaced.' }),
    allow: z.array(Range, kind('a list')).max(100, 'must be at most 100').optional().meta({ description: 'Ranges that it may be in although they are not public.' }),
    breaker: Breaker.optional(),
  },
  kind('a map of settings'),
);

export type TargetEntry = z.output<typeof TargetEntry>;

export const TargetsFile = z.strictObject({ targets: z.array(TargetEntry, kind('a list; targets: [] for none')) }, kind('a map with the list targets'));

/** For editors; targets.schema.json is made from it. */
export const targetsJsonSchema = (): unknown => ({ title: "Targets of Warren's notifier", ...z.toJSONSchema(TargetsFile, { io: 'input' }) });
