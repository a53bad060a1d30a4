import { writeEnvelope, type ContractInfo, type Draft, type Envelope } from '@warren/protocol';
import { PayloadError } from '../bus.errors.js';
import type { Outgoing } from './outbound.js';

/** Bodies are at most 8 MB. Source: docs/protocol.md, Messages. */
export const maxBody = 8 * 1024 * 1024;

/** Where a message goes and what it is: all of a contract that publishing needs. */
export type Address = Pick<ContractInfo, 'exchange' | 'topic' | 'type'>;

/** A payload of megabytes may be wrong in a million places. */
const mostIssues = 20;

/** Checks a payload against its contract, on both sides of the wire; gives what the schema makes of it. @throws PayloadError */
export function checkedPayload({ contract, payload }: Draft): unknown {
  const parsed = contract.schema.safeParse(payload);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, mostIssues).map(({ path, message }) => ({ path: path.join('.'), message }));
  throw new PayloadError(contract.type, issues);
}

/** A message ready for the broker. @throws PayloadError when the body is larger than 8 MB. */
export function encode(address: Address, payload: unknown, envelope: Envelope): Outgoing {
  return encodeBody(address, Buffer.from(JSON.stringify(payload)), envelope);
}

/** As encode(), of a body that is there already. */
export function encodeBody(address: Address, body: Buffer, envelope: Envelope): Outgoing {
  if (body.length > maxBody) throw new PayloadError(address.type, [{ path: '', message: `${body.length} bytes are more than the ${maxBody} allowed` }]);
  return { exchange: address.exchange, key: address.topic, body, properties: writeEnvelope(envelope) };
}
