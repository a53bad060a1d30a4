import { type AnnouncedContract } from '@warren/protocol';
import { resolved, schemaOf, schemasOf, type Schema } from './schema.js';
import { inWords } from './words.js';

/** A field of a payload. */
export interface Field {
  /** Nested ones with dots between, those of list elements after `[]`; empty: the payload itself, which is no object with known fields. */
  path: string;
  words: string;
  required: boolean;
  /** Masked in journal, console and logs. */
  secret: boolean;
}

/** Deeper fields are not told. */
const deepest = 6;

/** The fields of a payload, an object's before those inside it. */
export function fieldsOf({ schema, secret }: Pick<AnnouncedContract, 'schema' | 'secret'>): Field[] {
  const found = within(schema, { root: schema, path: '', depth: 0 });
  const fields = found.length > 0 ? found : [{ path: '', words: inWords(schema, schema), required: true }];
  return fields.map((field) => ({ ...field, secret: secret.includes(field.path.replaceAll('[]', '')) }));
}

type Told = Omit<Field, 'secret'>;
interface Place {
  root: Schema;
  path: string;
  depth: number;
}

function within(given: Schema, place: Place): Told[] {
  if (place.depth > deepest) return [];
  const schema = resolved(given, place.root);
  const own = propertiesOf(schema).flatMap(([name, required, value]) => field(name, value, required, place));
  const elements = schema.type === 'array' ? within(schemaOf(schema.items), { ...place, path: `${place.path}[]`, depth: place.depth + 1 }) : [];
  return [...own, ...elements, ...alternatives(schema, place)];
}

/** What is required comes first, as it was declared; the rest by name: a database does not keep the order of an object's keys. */
function propertiesOf({ properties, required: list }: Schema): [name: string, required: boolean, schema: Schema][] {
  const [all, required] = [schemaOf(properties), Array.isArray(list) ? list.filter((name) => typeof name === 'string') : []];
  const names = [...new Set([...required.filter((name) => name in all), ...Object.keys(all).sort()])];
  return names.map((name) => [name, required.includes(name), schemaOf(all[name])]);
}

function field(name: string, schema: Schema, required: boolean, { root, path, depth }: Place): Told[] {
  const here = path === '' ? name : `${path}.${name}`;
  return [{ path: here, words: inWords(schema, root), required }, ...within(schema, { root, path: here, depth: depth + 1 })];
}

/** A field of several alternatives is told once; it is required where each of them wants it. */
function alternatives({ anyOf, oneOf, allOf }: Schema, place: Place): Told[] {
  const [either, all] = [[...schemasOf(anyOf), ...schemasOf(oneOf)], schemasOf(allOf)];
  const deeper = (one: Schema) => within(one, { ...place, depth: place.depth + 1 });
  const told = either.filter(({ type }) => type !== 'null').map(deeper);
  const names = [...new Set(told.flat().map(({ path }) => path))];
  const merged = names.map((path) => merge(path, told));
  return [...merged, ...all.flatMap(deeper)];
}

function merge(path: string, told: readonly Told[][]): Told {
  const same = told.flat().filter((one) => one.path === path);
  const everywhere = told.every((fields) => fields.some((one) => one.path === path && one.required));
  return { path, words: [...new Set(same.map(({ words }) => words))].join(' or '), required: everywhere };
}
