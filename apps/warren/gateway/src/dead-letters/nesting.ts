/** Objects and arrays in one another that are shown and taken as such: neither a reader nor a stack has room for any number. */
export const deepest = 500;

export const nestsTooDeep = (value: unknown, room = deepest): boolean =>
  typeof value === 'object' && value !== null && (room === 0 || Object.values(value).some((inner) => nestsTooDeep(inner, room - 1)));
