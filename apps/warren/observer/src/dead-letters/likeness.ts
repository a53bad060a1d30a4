import { createHash } from 'node:crypto';
import { type Delivery } from '@warren/bus';
import { writtenJson } from './storable.js';

/** What the broker counts from one delivery to the next. */
const counted = ['x-delivery-count', 'x-acquired-count'];

/** The same for each delivery of one message, and for no other message if it can be helped. */
export function likenessOf({ exchange, routingKey, properties, body }: Delivery): string {
  const given = Object.entries(properties.headers ?? {}).filter(([name]) => !counted.includes(name));
  return createHash('sha256').update(writtenJson([exchange, routingKey, { ...properties, headers: given }])).update(body).digest('hex');
}
