import { AddressRefusedError } from './addresses.js';
import type { Mask } from './mask.js';

/** There was no whole answer: the network, the other side, or time. Trying again may mend it. */
export class DeliveryError extends Error {
  override name = 'DeliveryError';
  constructor(
    message: string,
    /** As Node or undici call it. */
    readonly code: string,
  ) {
    super(message);
  }
}

const meanings: Record<string, string> = {
  ECONNREFUSED: 'connection refused, nothing listens there',
  ECONNRESET: 'connection reset by the other side',
  EPIPE: 'connection closed by the other side',
  UND_ERR_SOCKET: 'connection closed before the answer was complete',
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the timeout',
  UND_ERR_HEADERS_OVERFLOW: 'the headers of the answer are too large',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'the answer has another length than it says',
  ENOTFOUND: 'the host name is unknown',
  EAI_AGAIN: 'the host name cannot be resolved now',
  ETIMEDOUT: 'no connection within the time of the system',
  EHOSTUNREACH: 'there is no way to the host',
  ENETUNREACH: 'there is no way to the network',
  CERT_HAS_EXPIRED: 'the TLS certificate has expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'the TLS certificate is for another host name',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'the TLS certificate is signed by itself; NODE_EXTRA_CA_CERTS names authorities of your own',
  SELF_SIGNED_CERT_IN_CHAIN: 'the TLS certificate comes from an unknown authority; NODE_EXTRA_CA_CERTS names authorities of your own',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'the TLS certificate comes from an unknown authority; NODE_EXTRA_CA_CERTS names authorities of your own',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'the TLS certificate comes from an unknown authority; NODE_EXTRA_CA_CERTS names authorities of your own',
};

export const timedOut = (host: string, milliseconds: number): DeliveryError =>
  new DeliveryError(`No whole answer from "${host}": timed out after ${milliseconds} ms.`, 'TIMEOUT');

/** One line that an operator understands, secrets masked; an address that was refused stays that. */
export function deliveryError(host: string, error: unknown, mask: Mask): DeliveryError | AddressRefusedError {
  if (error instanceof AddressRefusedError) return error;
  const { code = '', message, name } = error as NodeJS.ErrnoException;
  return new DeliveryError(mask(`No whole answer from "${host}": ${meaningOf(code, message, name)}${code && ` (${code})`}.`), code);
}

function meaningOf(code: string, message: string, name: string): string {
  if (meanings[code]) return meanings[code];
  const first = message.split('\n', 1)[0]?.slice(0, 200) ?? '';
  if (name === 'HTTPParserError') return 'what came is no HTTP';
  if (/^(EPROTO|ERR_SSL|ERR_TLS|CERT_|UNABLE_TO_)/.test(code)) return `TLS failed, ${reasonOfTls(first)}`;
  return first || 'the connection failed';
}

/** OpenSSL's own line has an address of memory and a place in its source: only the reason says something. */
const reasonOfTls = (message: string): string => /^[0-9A-F]+:error:(?:[^:]*:){3}([^:]+):/.exec(message)?.[1] ?? message;
