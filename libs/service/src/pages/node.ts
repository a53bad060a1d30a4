import { createHash } from 'node:crypto';
import { type Identity } from '../identity.js';

/** An instance as its pages call it. */
export interface Node {
  /** `sender-3fa9`. */
  name: string;
  /** 0 to 9. */
  colour: number;
}

const colours = 10;
const digestOf = (instance: string) => createHash('sha256').update(instance).digest();

/** The flow is left out of the name; an instance whose own name does not end in 4 hex gets those of its hash. */
export function nodeOf({ service, instance }: Pick<Identity, 'service' | 'instance'>): Node {
  const hex = /-([0-9a-f]{4})$/.exec(instance)?.[1] ?? digestOf(instance).toString('hex').slice(0, 4);
  return { name: `${service.replace(/^.*-/, '')}-${hex}`, colour: colourOf(instance) };
}

/** One of ten, always the same for one instance. */
export const colourOf = (instance: string): number => digestOf(instance).readUInt32BE() % colours;
