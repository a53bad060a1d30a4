import { type Attempt, type DeadLetter, type DeadLetterDetail, type Hop } from '@warren/protocol';
import { type AttemptRow, type DeadLetterRow, type HopRow } from '../journal.views.js';
import { shownBody, shownHeaders } from './body.js';

type Listed = Omit<DeadLetterRow, 'stack' | 'headers' | 'content_type' | 'compressed' | 'shown'>;
type Detailed = Omit<DeadLetterRow, 'shown'> & { shown: Buffer | null };

export const deadLetterOf = ({ cause: name, error: message, at, ...row }: Listed): DeadLetter => ({ ...row, cause: { name, message }, at: at.toISOString() });

export function detailOf({ stack, headers, content_type: contentType, compressed, shown, ...row }: Detailed, attempts: Attempt[], hops: Hop[]): DeadLetterDetail {
  const letter = deadLetterOf(row);
  return {
    ...letter,
    cause: { ...letter.cause, ...(stack !== null && { stack }) },
    headers: shownHeaders(headers),
    contentType,
    ...shownBody({ compressed, shown, line: row.line }),
    attempts,
    hops,
  };
}

export const attemptOf = (row: AttemptRow): Attempt => ({
  redrive: row.redrive,
  attempt: row.attempt,
  outcome: row.outcome,
  service: row.service,
  instance: row.instance,
  startedAt: row.started_at.toISOString(),
  finishedAt: row.finished_at.toISOString(),
  error: row.error_name === null ? null : { name: row.error_name, message: row.error_message ?? '' },
  retryAt: row.retry_at?.toISOString() ?? null,
});

export const hopOf = (row: HopRow): Hop => ({
  queue: row.queue,
  consumer: row.consumer,
  outcome: row.outcome,
  attempt: row.attempt,
  redrive: row.redrive,
  instance: row.instance,
  startedAt: row.started_at?.toISOString() ?? null,
  finishedAt: row.finished_at?.toISOString() ?? null,
  children: row.children,
});
