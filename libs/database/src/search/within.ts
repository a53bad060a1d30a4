import { type FieldWithin, type SearchFields, withinOf } from './fields.js';
import { type Expression } from './parse.js';

/** The field that an expression speaks of, or one of the same row where it speaks of more; undefined where it speaks of anything else, or of what is not. */
export function withinOfAll(expression: Expression, fields: SearchFields): FieldWithin | undefined {
  if (expression.kind === 'comparison') return withinOf(expression, fields);
  if (expression.kind === 'text') return undefined;
  if (expression.kind === 'not') {
    const denied = withinOfAll(expression.part, fields);
    return denied?.values && denied;
  }
  const [first, ...others] = expression.parts.map((part) => withinOfAll(part, fields));
  return others.every((other) => other?.within === first?.within) ? first : undefined;
}

/** The values of a field for which all is true that is said of it; undefined where the database has to be asked. */
export function fulfilling(said: readonly Expression[], fields: SearchFields): string[] | undefined {
  const [values] = said.map((expression) => withinOfAll(expression, fields)?.values);
  return said.some(hasStar) ? undefined : values?.filter((value) => said.every((expression) => isTrueOf(value, expression)));
}

function hasStar(expression: Expression): boolean {
  if (expression.kind === 'and' || expression.kind === 'or') return expression.parts.some(hasStar);
  return expression.kind === 'not' ? hasStar(expression.part) : expression.kind === 'comparison' && expression.value.parts.length > 1;
}

function isTrueOf(value: string, expression: Expression): boolean {
  switch (expression.kind) {
    case 'and':
      return expression.parts.every((part) => isTrueOf(value, part));
    case 'or':
      return expression.parts.some((part) => isTrueOf(value, part));
    case 'not':
      return !isTrueOf(value, expression.part);
    case 'comparison':
      return expression.value.parts[0] === value;
    case 'text':
      return false;
  }
}
