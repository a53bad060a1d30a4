/** What the observer shows instead of a secret. */
const mask = '***';

/**
 * Whether what a JSON pointer (RFC 6901) leads to is a secret that was left as it is shown: no schema can say anything of it.
 * @param secret the contract's secret fields, nested ones with dots between; the elements of an array are all alike
 */
export function isMasked(payload: unknown, pointer: string, secret: readonly string[]): boolean {
  const path = pointer.split('/').slice(1).map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~')); // prettier-ignore
  const [value, field] = path.reduce<[unknown, string[]]>(into, [payload, []]);
  return value === mask && secret.includes(field.join('.'));
}

/** One step of a path: into an element or into a field. */
function into([value, field]: [unknown, string[]], name: string): [unknown, string[]] {
  if (Array.isArray(value)) return [value[Number(name)], field];
  const inside = typeof value === 'object' && value !== null && Object.hasOwn(value, name) ? (value as Record<string, unknown>)[name] : undefined;
  return [inside, [...field, name]];
}
