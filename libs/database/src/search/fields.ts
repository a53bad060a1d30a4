import { type RawBuilder } from 'kysely';
import { type Comparison } from './parse.js';
import { SearchError } from './search.error.js';

export type FieldKind = 'text' | 'number' | 'boolean' | 'uuid' | 'time' | 'json';

/** A field of rows that belong to the one that is looked for: `within` makes, of a condition on one of them, that there is such a one. Fields that have the
 * same `within` are of the same rows: what an `and` says of them it says of one row. */
export interface FieldWithin {
  readonly kind: FieldKind;
  /** @param fulfilling those of `values` of which the condition is true, where that is known without the database */
  readonly within: (condition: RawBuilder<boolean>, fulfilling?: string[]) => RawBuilder<boolean>;
  /** All that the field may be, of a text of which every row that is looked for has one: a `not` is said of that one. No other field has its `within`. */
  readonly values?: string[];
}

/** What a query may name, and of which kind it is. Each is a column of that name. */
export type SearchFields = Readonly<Record<string, FieldKind | FieldWithin>>;

/** Undefined: it is a column of the row that is looked for. */
export function withinOf({ field: { name } }: Comparison, fields: SearchFields): FieldWithin | undefined {
  const field = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return typeof field === 'object' ? field : undefined;
}

/** @throws SearchError when there is no such field, or what the query asks of its kind it cannot be asked. */
export function kindOf({ field: { name, path, place }, sign, value }: Comparison, fields: SearchFields): FieldKind {
  const declared = Object.hasOwn(fields, name) ? fields[name] : undefined;
  const kind = typeof declared === 'object' ? declared.kind : declared;
  if (!kind) throw new SearchError(`There is no field "${name}"`, place, `There are ${Object.keys(fields).join(', ')}. Put quotes around what is text.`);
  if (kind === 'json' && path.length === 0) throw new SearchError(`Expected a field inside "${name}"`, place, `For example ${name}.user.id:42.`);
  if (kind !== 'json' && path.length > 0) throw new SearchError(`There is nothing inside the field "${name}"`, place);
  const ordered = kind === 'number' || kind === 'time' || (kind === 'json' && value.parts.length === 1);
  if (sign.sign !== ':' && !ordered) throw new SearchError(`Expected ":" instead of "${sign.sign}"`, sign.place, 'Only numbers and times, and a payload\'s numbers and texts without *, can be more or less.');
  return kind;
}
