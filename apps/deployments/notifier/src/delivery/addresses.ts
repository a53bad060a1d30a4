import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import ipaddr from 'ipaddr.js';
import { buildConnector } from 'undici';

/** The address of a target is not public, and its `allow` does not cover it: nothing was sent. */
export class AddressRefusedError extends Error {
  override name = 'AddressRefusedError';
  constructor(host: string, address: string, range: string) {
    super(`Nothing was sent to "${host}": its address "${address}" is in the range ${range}, which is not public. Add it to the target's allow, as "${cidr(address)}", if that is meant.`);
  }
}

export interface Resolved {
  address: string;
  family: number;
}
/** Every address of a host. */
export type Resolve = (host: string) => Promise<Resolved[]>;

const resolveBySystem: Resolve = (host) => lookup(host, { all: true });

/** What IANA gives out as global unicast: the rest of IPv6 is not public, whatever it is. Source: IANA, IPv6 address space. */
const globalUnicast = ipaddr.parseCIDR('2000::/3');

/**
 * Why nothing may be sent to an address: the name of its range. Undefined: it may be, as it is public or in one of `allow`.
 * An IPv4 address inside an IPv6 one counts as that where the system takes it for that (::ffff:0:0/96). Through NAT64, 6to4 and Teredo any IPv4 address can be
 * reached, private ones too: they are refused as ranges.
 */
export function refusedRange(address: string, allow: readonly string[]): string | undefined {
  const parsed = parse(address);
  if (allow.some((range) => isWithin(parsed, ipaddr.parseCIDR(range)))) return undefined;
  const range = parsed.range();
  if (range !== 'unicast') return range;
  return parsed.kind() === 'ipv6' && !isWithin(parsed, globalUnicast) ? 'reserved' : undefined;
}

type Address = ReturnType<typeof ipaddr.process>;
type Range = ReturnType<typeof ipaddr.parseCIDR>;

const isWithin = (address: Address, [network, bits]: Range): boolean => address.kind() === network.kind() && address.match(network, bits);

/** IPv6 in its hexadecimal form first: the library takes ::127.0.0.1 for ::ffff:127.0.0.1, the system does not. */
function parse(address: string): Address {
  const canonical = isIP(address) === 6 ? new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1) : address;
  return ipaddr.process(canonical);
}

/** The one address as a range. */
const cidr = (address: string): string => `${address}/${isIP(address) === 4 ? 32 : 128}`;

/**
 * Those of a host's addresses that may be connected to. Not all must be: a name with a public and a private address (split DNS, localhost on both protocols) is still
 * delivered to where that is allowed, and since only these are handed to the socket, none of the others is ever connected to.
 * @throws AddressRefusedError when none is left.
 */
export function permitted(host: string, found: readonly Resolved[], allow: readonly string[]): Resolved[] {
  const judged = found.map((one) => ({ one, range: refusedRange(one.address, allow) }));
  const left = judged.flatMap(({ one, range }) => (range === undefined ? [one] : []));
  const refused = judged.find(({ range }) => range !== undefined);
  if (left.length === 0 && refused) throw new AddressRefusedError(host, refused.one.address, refused.range ?? '');
  return left;
}

export interface ConnectOptions {
  allow: readonly string[];
  /** Milliseconds. */
  timeout: number;
  /** Default: as the system does. */
  resolve?: Resolve;
  /** Certificates of authorities, PEM; default: those of Node. */
  ca?: string;
}

/** How undici connects: checked at every connection, on the address that is connected to, so that a name that changes its address between check and use gains nothing. */
export function guardedConnector({ allow, timeout, ca, resolve = resolveBySystem }: ConnectOptions): buildConnector.connector {
  const connect = buildConnector({ timeout, ca, lookup: guardedLookup(allow, resolve) });
  return (options, callback) => {
    const refused = literalRefused(options.hostname, allow);
    if (refused) queueMicrotask(() => callback(refused, null));
    else connect(options, callback);
  };
}

/** Sockets look up names only. Odd ways to write an address (decimal, octal, hexadecimal, short) are an address by then: URL has read them. */
function literalRefused(hostname: string, allow: readonly string[]): AddressRefusedError | undefined {
  const address = hostname.replace(/^\[(.*)\]$/, '$1');
  const range = isIP(address) ? refusedRange(address, allow) : undefined;
  return range === undefined ? undefined : new AddressRefusedError(hostname, address, range);
}

function guardedLookup(allow: readonly string[], resolve: Resolve): LookupFunction {
  return (host, { all }, callback) => {
    const answer = (left: Resolved[]) => {
      const [first] = left;
      if (all || !first) callback(null, left);
      else callback(null, first.address, first.family);
    };
    resolve(host)
      .then((found) => permitted(host, found, allow))
      .then(answer, (error: unknown) => callback(error as NodeJS.ErrnoException, []));
  };
}
