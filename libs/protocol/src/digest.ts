import { createHash } from 'node:crypto';

/** SHA-256, in hex, of where a message was published and its body: how bus and observer recognise a foreign message. */
export function digestOf(exchange: string, routingKey: string, body: Uint8Array): string {
  return createHash('sha256').update(`${exchange}\0${routingKey}\0`).update(body).digest('hex');
}
