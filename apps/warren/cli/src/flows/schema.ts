/** A JSON Schema (draft 2020-12) as a service has announced it: whatever is in it is looked at before it is used. */
export type Schema = Readonly<Record<string, unknown>>;

const nothing: Schema = {};

/** The schema that a value is; one that says nothing where it is none. */
export const schemaOf = (value: unknown): Schema => (typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : nothing);

export const schemasOf = (value: unknown): Schema[] => (Array.isArray(value) ? value.map(schemaOf) : []);

export const textOf = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

/** A bound; none where it is the range of whole numbers, that Zod gives to each. */
export const boundOf = (value: unknown): number | undefined => (typeof value === 'number' && Math.abs(value) < Number.MAX_SAFE_INTEGER ? value : undefined);

/** Follows a reference inside the document: `#`, `#/$defs/Address`. */
export function resolved(schema: Schema, root: Schema): Schema {
  const { $ref } = schema;
  if (typeof $ref !== 'string' || !$ref.startsWith('#')) return schema;
  const names = $ref.split('/').slice(1).map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')); // prettier-ignore
  return names.reduce<Schema>((within, name) => schemaOf(within[name]), root);
}
