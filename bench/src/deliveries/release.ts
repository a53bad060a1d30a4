/** Requests at once. */
export const concurrency = 50;

/** A release as a pipeline publishes it. */
export interface Release {
  release: string;
  /** ISO 8601. */
  datetime: string;
  attributes: Record<string, string>;
}

/** The n-th one. */
export function releaseOf(n: number): Release {
  const attributes = { branch: 'main', author: 'A. Developer', commit: n.toString(16).padStart(40, '0'), notes: 'Orders are confirmed by mail again, and "paid" is shown at once.' };
  return { release: `v1.${n}.0`, datetime: '2026-11-20T06:40:00.000Z', attributes };
}

/** What every rival sends, and how Warren's template writes it: 230 bytes. */
export const bodyOf = ({ release, datetime, attributes }: Release): string => JSON.stringify({ release, datetime, ...attributes });

export const bodyTemplate =
  '{"release":"{{ release }}","datetime":"{{ datetime }}","branch":"{{ attributes.branch }}","author":"{{ attributes.author }}","commit":"{{ attributes.commit }}","notes":"{{ attributes.notes }}"}';
