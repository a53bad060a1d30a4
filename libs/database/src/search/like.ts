import { type Text } from './parse.js';

/** A pattern for `like`. Only its stars are wildcards. */
export const likeOf = ({ parts }: Text): string => parts.map((part) => part.replaceAll(/[\\%_]/g, '\\$&')).join('%');
