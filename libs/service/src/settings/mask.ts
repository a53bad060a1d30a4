const secretName = /password|secret|token|key$/i;
const credentials = /(:\/\/[^/:@\s]*):[^@\s]*@/g;

/** A copy of settings fit for a log: secrets by name, and passwords in URLs, are `***`. */
export function masked(value: unknown, name = ''): unknown {
  if (secretName.test(name)) return '***';
  if (typeof value === 'string') return value.replace(credentials, '$1:***@');
  if (Array.isArray(value)) return value.map((one) => masked(one));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, masked(one, key)]));
  }
  return value;
}
