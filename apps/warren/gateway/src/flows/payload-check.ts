import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import { type Problem } from '@warren/protocol';

/** Announced schemas that are kept compiled; one that was announced anew is another object in the journal's rows, so the text is the key. */
const kept = 500;

/** Checks payloads against JSON Schemas, draft 2020-12. */
export class PayloadCheck {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly compiled = new Map<string, ValidateFunction>();

  constructor() {
    formats(this.ajv);
  }

  /** What is wrong with the payload, by JSON pointer (RFC 6901); nothing when it fits. @throws when the schema is none. */
  issues(schema: object, payload: unknown): NonNullable<Problem['issues']> {
    const validate = this.validator(schema);
    return validate(payload) ? [] : (validate.errors ?? []).map(issueOf);
  }

  private validator(schema: object): ValidateFunction {
    const key = JSON.stringify(schema);
    const known = this.compiled.get(key);
    if (known) return known;
    if (this.compiled.size >= kept) this.compiled.clear();
    const validate = this.ajv.compile(schema);
    this.compiled.set(key, validate);
    return validate;
  }
}

/** A property that is missing or too much is pointed at itself, not at what should hold it. */
function issueOf({ instancePath, message = 'is not valid', params }: ErrorObject) {
  const { missingProperty, additionalProperty } = params as { missingProperty?: string; additionalProperty?: string };
  const property = missingProperty ?? additionalProperty;
  const path = property === undefined ? instancePath : `${instancePath}/${property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  return { path, message };
}
