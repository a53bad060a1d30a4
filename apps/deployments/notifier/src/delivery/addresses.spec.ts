import { AddressRefusedError, permitted, refusedRange, type Resolved } from './addresses.js';

const resolved = (...addresses: string[]): Resolved[] => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));

describe('an address that is public', () => {
  it.each(['1.1.1.1', '93.184.216.34', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '::ffff:1.1.1.1'])('%s may be connected to', (address) => {
    expect(refusedRange(address, [])).toBeUndefined();
  });
});

describe('an address that is not public', () => {
  it.each([
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['0.0.0.0', 'unspecified'],
    ['10.0.0.1', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.169.254', 'linkLocal'], // where clouds keep credentials
    ['100.64.0.1', 'carrierGradeNat'],
    ['224.0.0.1', 'multicast'],
    ['255.255.255.255', 'broadcast'],
    ['240.0.0.1', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['::1', 'loopback'],
    ['::', 'unspecified'],
    ['fe80::1', 'linkLocal'],
    ['fe80::1%eth0', 'linkLocal'],
    ['fd12::1', 'uniqueLocal'],
    ['fec0::1', 'deprecatedSiteLocal'],
    ['ff02::1', 'multicast'],
    ['2001:db8::1', 'reserved'],
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::ffff:10.0.0.1', 'private'],
    ['::127.0.0.1', 'reserved'], // IPv4-compatible
    ['64:ff9b::7f00:1', 'rfc6052'], // NAT64
    ['64:ff9b::a00:1', 'rfc6052'],
    ['64:ff9b:1::1', 'rfc6052'],
    ['2002:7f00:1::', '6to4'],
    ['2001:0:1::1', 'teredo'],
    ['4000::1', 'reserved'],
  ])('%s is refused as %s', (address, range) => {
    expect(refusedRange(address, [])).toBe(range);
  });

  it.each([
    ['127.0.0.1', '127.0.0.0/8'],
    ['::ffff:127.0.0.1', '127.0.0.0/8'],
    ['10.1.2.3', '10.1.2.3/32'],
    ['::1', '::1/128'],
    ['fd12::1', 'fd00::/8'],
    ['10.0.0.1', '0.0.0.0/0'],
  ])('%s is allowed by %s', (address, range) => {
    expect(refusedRange(address, ['192.168.0.0/16', range])).toBeUndefined();
  });

  it.each([
    ['10.0.0.1', '127.0.0.0/8'],
    ['::1', '0.0.0.0/0'],
    ['127.0.0.1', '::/0'],
    ['0.0.0.0', '127.0.0.0/8'], // connects to loopback all the same
  ])('%s is not allowed by %s', (address, range) => {
    expect(refusedRange(address, [range])).toBeDefined();
  });
});

describe('the addresses of a host', () => {
  it('are those that may be connected to, in their order', () => {
    expect(permitted('mixed.test', resolved('10.0.0.1', '1.1.1.1', '::1', '2606:4700::1'), [])).toEqual(resolved('1.1.1.1', '2606:4700::1'));
    expect(permitted('localhost', resolved('::1', '127.0.0.1'), ['127.0.0.0/8'])).toEqual(resolved('127.0.0.1'));
  });

  it('are refused when none is left, and the error says which, why and what to do', () => {
    const all = () => permitted('inside.test', resolved('10.0.0.1', '::1'), []);

    expect(all).toThrow(AddressRefusedError);
    expect(all).toThrow(
      'Nothing was sent to "inside.test": its address "10.0.0.1" is in the range private, which is not public. Add it to the target\'s allow, as "10.0.0.1/32", if that is meant.',
    );
    expect(() => permitted('six.test', resolved('::1'), [])).toThrow('as "::1/128"');
  });
});
