import { type Contract } from '../registry/registry.js';
import { fieldsOf, type Fields } from './json-fields.js';
import { fieldsIn } from './line.js';

type Rendering = Pick<Contract, 'line' | 'search'>;

/** By the rendering, which is the same object as long as its contract is not announced anew. */
const known = new WeakMap<Rendering, Fields>();

/** All that the journal shows of a contract's payloads and finds them by. */
export function fieldsShown(rendering: Rendering): Fields {
  const fields = known.get(rendering) ?? fieldsOf([...fieldsIn(rendering.line ?? ''), ...(rendering.search ?? [])]);
  known.set(rendering, fields);
  return fields;
}
