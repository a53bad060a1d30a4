import { boundOf, resolved, schemaOf, schemasOf, textOf, type Schema } from './schema.js';

const kinds: Readonly<Record<string, string>> = { string: 'text', integer: 'whole number', number: 'number', boolean: 'true or false', null: 'null', object: 'object', array: 'list' };
const formats: Readonly<Record<string, string>> = { 'date-time': 'time (ISO 8601)', date: 'date (ISO 8601)', uuid: 'UUID', uri: 'URL', email: 'e-mail address' };

/** Words are for people: of what refers to itself, or is deeper than this, only the kind is told. */
const deepest = 4;

/** What a value may be: `text, 1 to 200 characters`. Fields of objects are told apart from it. */
export function inWords(given: Schema, root: Schema, depth = 0): string {
  const schema = resolved(given, root);
  const inner = (one: unknown) => (depth < deepest ? inWords(schemaOf(one), root, depth + 1) : '…');
  const { description, default: preset } = { ...schema, ...given };
  const parts = [kindOf(schema, inner), ...limitsOf(schema), ...(preset === undefined ? [] : [`default ${code(JSON.stringify(preset))}`])];
  const about = textOf(description);
  return parts.join(', ') + (about === undefined ? '' : ` (${about})`);
}

type Inner = (schema: unknown) => string;

function kindOf(schema: Schema, inner: Inner): string {
  if ('const' in schema) return code(JSON.stringify(schema.const));
  if (Array.isArray(schema.enum)) return schema.enum.map((one) => code(JSON.stringify(one))).join(' or ');
  const [either, all] = [[...schemasOf(schema.anyOf), ...schemasOf(schema.oneOf)], schemasOf(schema.allOf)];
  if (either.length > 0) return either.map(inner).join(' or ');
  if (all.length > 0) return all.map(inner).join(' and ');
  if (schema.type === 'array') return listOf(schema, inner);
  if (schema.type === 'object') return objectOf(schema, inner);
  if (Array.isArray(schema.type)) return schema.type.map((type) => simpleKindOf({ ...schema, type })).join(' or ');
  return simpleKindOf(schema);
}

function simpleKindOf({ type, format, not }: Schema): string {
  const written = textOf(format);
  if (type === 'string' && written !== undefined) return formats[written] ?? `text as ${written}`;
  return kinds[textOf(type) ?? ''] ?? (not === undefined ? 'anything' : 'nothing');
}

function listOf({ items, prefixItems }: Schema, inner: Inner): string {
  const places = schemasOf(prefixItems);
  if (places.length > 0) return `list of ${places.map(inner).join('; ')}`;
  return items === undefined || typeof items === 'boolean' ? 'list' : `list, each ${inner(items)}`;
}

/** One whose keys are not known says what their values are. */
function objectOf({ additionalProperties, propertyNames }: Schema, inner: Inner): string {
  const names = textOf(schemaOf(propertyNames).pattern);
  const values = typeof additionalProperties === 'object' && Object.keys(schemaOf(additionalProperties)).length > 0;
  const keys = names === undefined ? '' : `, keys like ${code(names)}`;
  return values ? `object${keys}, each value ${inner(additionalProperties)}` : `object${keys}`;
}

function limitsOf(schema: Schema): string[] {
  const { type, minLength, maxLength, minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf, minItems, maxItems, format, pattern, prefixItems } = schema;
  const regular = textOf(pattern);
  return [
    type === 'string' && range(boundOf(minLength), boundOf(maxLength), ' characters'),
    type === 'string' && format === undefined && regular !== undefined && `like ${code(regular)}`,
    range(boundOf(minimum), boundOf(maximum), ''),
    boundOf(exclusiveMinimum) !== undefined && `more than ${String(exclusiveMinimum)}`,
    boundOf(exclusiveMaximum) !== undefined && `less than ${String(exclusiveMaximum)}`,
    boundOf(multipleOf) !== undefined && `in steps of ${String(multipleOf)}`,
    type === 'array' && prefixItems === undefined && range(boundOf(minItems), boundOf(maxItems), ' of them'),
  ].filter((limit) => typeof limit === 'string');
}

function range(least: number | undefined, most: number | undefined, unit: string): string | false {
  if (least === undefined) return most !== undefined && `at most ${most}${unit}`;
  if (most === undefined) return `${least} or more${unit}`;
  return least === most ? `${least}${unit}` : `${least} to ${most}${unit}`;
}

/** As Markdown shows it as it is; it reads well on a terminal, too. */
export const code = (text: string): string => (text.includes('`') ? `\`\` ${text} \`\`` : `\`${text}\``);
