import { STATUS_CODES } from 'node:http';
import type { Target } from '../targets/target.js';
import { AddressRefusedError } from './addresses.js';
import type { Answer, Verdict } from './answer.js';
import { TemplateError } from './template.js';

/** Codes below 500 that mean "not now". 429 and 425 come from a target that is well: they count for no breaker. */
const later = new Set([408, 425, 429]);
const well = new Set([425, 429]);

const advice: Record<number, string> = {
  400: 'it does not understand the body, see the answer in the delivery',
  401: "it wants other credentials, see the target's headers",
  403: "its credentials may not do that, see the target's headers",
  404: "there is nothing at the target's url",
  405: "it does not take the target's method",
  413: 'the body is too large for it',
  415: "it does not take the target's content-type",
  422: 'it does not take the body, see the answer in the delivery',
};

/**
 * What the outcome of an attempt means for its message: the only place that decides.
 * An error that nobody foresaw is tried again, since nothing says that the next attempt fails, and counts for no breaker, since nothing says that the target is to blame.
 */
export function verdictOf({ success }: Pick<Target, 'success'>, outcome: unknown): Verdict {
  if (isAnswer(outcome)) return verdictOfAnswer(outcome, success);
  if (outcome instanceof TemplateError || outcome instanceof AddressRefusedError) return { kind: 'refused', reason: outcome.message };
  const { name, message } = outcome instanceof Error ? outcome : { name: '', message: String(outcome) };
  return { kind: 'retry', reason: message.split('\n', 1)[0] ?? '', outage: name === 'DeliveryError' };
}

const isAnswer = (outcome: unknown): outcome is Answer => !(outcome instanceof Error) && typeof (outcome as Partial<Answer> | undefined)?.status === 'number';

function verdictOfAnswer({ status, retryAfter }: Answer, success: Target['success']): Verdict {
  if (success.some(({ from, to }) => status >= from && status <= to)) return { kind: 'delivered' };
  const reason = `Answered ${status}${STATUS_CODES[status] ? ` ${STATUS_CODES[status]}` : ''}`;
  if (status === 410) return { kind: 'gone', reason: `${reason}: the target wants no more.` };
  if (status >= 500 && status < 600 || later.has(status)) return { kind: 'retry', reason: `${reason}.`, delay: retryAfter, outage: !well.has(status) };
  return { kind: 'refused', reason: `${reason}: ${adviceOf(status)}.` };
}

function adviceOf(status: number): string {
  if (status >= 300 && status < 400) return "redirects are not followed, write where it leads as the target's url";
  return advice[status] ?? "no later attempt would go better; add it to the target's success codes if it means delivered";
}
