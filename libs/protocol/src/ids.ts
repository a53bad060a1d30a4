import { parse, v5, v7, validate, version } from 'uuid';

/** Warren's namespace for derived ids (RFC 9562, section 5.5). */
const namespace = parse('6f1d7c52-3a7e-5b0e-9f5e-0b6a5d1c9e21');

/** The id of a root message or of a run's record: a UUID v7, so ids sort by time. */
export const newId = (): string => v7();

/** A UUID v5 of its parts: the same parts give the same id in any process, so doing a thing twice is seen as one. */
export const derivedId = (...parts: readonly (string | number)[]): string => v5(JSON.stringify(parts), namespace);

export interface ChildOf {
  parentId: string;
  /** The consumer's name, never its physical queue. */
  consumer: string;
  redrive: number;
  /** AMQP type of the child: contract and version. */
  type: string;
  index: number;
}

/** The id of a child message. Source: protocol.md, Messages. */
export const childId = ({ parentId, consumer, redrive, type, index }: ChildOf): string =>
  derivedId('child', parentId, consumer, redrive, type, index);

/** The id of a timer source's n-th message in a run. Source: protocol.md, Lifecycle. */
export const tickId = (source: string, run: number, n: number): string => derivedId('tick', source, run, n);

export const isUuid = (text: unknown): text is string => typeof text === 'string' && validate(text);

/** Milliseconds since the epoch in a UUID v7 (RFC 9562, section 5.7); undefined for another version. */
export function timeOfId(id: string): number | undefined {
  return validate(id) && version(id) === 7 ? Number.parseInt(id.slice(0, 8) + id.slice(9, 13), 16) : undefined;
}
