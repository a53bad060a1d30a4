import { AddressRefusedError } from './addresses.js';
import type { Answer } from './answer.js';
import { DeliveryError, timedOut } from './delivery.errors.js';
import { TemplateError } from './template.js';
import { verdictOf } from './verdict.js';

const target = { success: [{ from: 200, to: 299 }] };
const answer = (status: number, retryAfter?: number): Answer => ({ status, retryAfter, body: '', ms: 1 });
const kinds = (success: readonly { from: number; to: number }[], statuses: readonly number[]) => statuses.map((status) => verdictOf({ success }, answer(status)).kind);

describe('the verdict on an answer', () => {
  it.each([200, 201, 202, 204, 299])('%i is delivered', (status) => {
    expect(verdictOf(target, answer(status))).toEqual({ kind: 'delivered' });
  });

  it("goes by the target's own codes first", () => {
    const success = [{ from: 202, to: 202 }, { from: 300, to: 399 }, { from: 410, to: 410 }, { from: 503, to: 503 }];

    expect(kinds(success, [202, 304, 410, 503, 200, 500])).toEqual(['delivered', 'delivered', 'delivered', 'delivered', 'refused', 'retry']);
  });

  it('410 says that the target is gone', () => {
    expect(verdictOf(target, answer(410))).toEqual({ kind: 'gone', reason: 'Answered 410 Gone: the target wants no more.' });
  });

  it.each([408, 500, 501, 502, 503, 504, 599])('%i is tried again, and counts as an outage', (status) => {
    expect(verdictOf(target, answer(status))).toMatchObject({ kind: 'retry', outage: true, delay: undefined });
  });

  it.each([425, 429])('%i is tried again, and the target is well', (status) => {
    expect(verdictOf(target, answer(status))).toMatchObject({ kind: 'retry', outage: false });
  });

  it.each([408, 425, 429, 503])('%i is tried again when the target says', (status) => {
    expect(verdictOf(target, answer(status, 90_000))).toMatchObject({ kind: 'retry', delay: 90_000 });
  });

  it.each([300, 301, 302, 303, 304, 307, 308, 400, 401, 403, 404, 405, 409, 413, 415, 418, 422, 451, 499, 600, 999])('%i is refused, with advice', (status) => {
    expect(verdictOf(target, answer(status))).toEqual({ kind: 'refused', reason: expect.stringMatching(new RegExp(`^Answered ${status}[^:]*: .{10,}\\.$`)) });
  });

  it('says what an operator can do', () => {
    const reason = (status: number) => (verdictOf(target, answer(status)) as { reason: string }).reason;

    expect(reason(301)).toBe("Answered 301 Moved Permanently: redirects are not followed, write where it leads as the target's url.");
    expect(reason(401)).toBe("Answered 401 Unauthorized: it wants other credentials, see the target's headers.");
    expect(reason(418)).toBe("Answered 418 I'm a Teapot: no later attempt would go better; add it to the target's success codes if it means delivered.");
    expect(reason(503)).toBe('Answered 503 Service Unavailable.');
  });
});

describe('the verdict without an answer', () => {
  it.each([new DeliveryError('No whole answer from "x": connection refused (ECONNREFUSED).', 'ECONNREFUSED'), timedOut('x', 10_000)])('%s: tried again, an outage', (error) => {
    expect(verdictOf(target, error)).toEqual({ kind: 'retry', reason: error.message, outage: true });
  });

  it.each([new TemplateError('The template needs attributes.x.'), new AddressRefusedError('x', '10.0.0.1', 'private')])('%s: refused', (error) => {
    expect(verdictOf(target, error)).toEqual({ kind: 'refused', reason: error.message });
  });

  it.each([[new TypeError('x is not a function\n    at y'), 'x is not a function'], ['thrown', 'thrown'], [undefined, 'undefined'], [null, 'null']])(
    '%p, which nobody foresaw: tried again, no outage',
    (error, reason) => {
      expect(verdictOf(target, error)).toEqual({ kind: 'retry', reason, outage: false });
    },
  );
});
