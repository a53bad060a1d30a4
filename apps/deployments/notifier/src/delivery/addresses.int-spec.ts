import { certificateFor } from '../../test/certificate.js';
import { httpEndpoint, type Endpoint } from '../../test/endpoint.js';
import type { Target } from '../targets/target.js';
import { AddressRefusedError, type Resolve } from './addresses.js';
import type { DeliveryError } from './delivery.errors.js';
import { Sender, type SenderOptions } from './request.js';

const base: Target = {
  name: 'there', method: 'POST', url: '', headers: {}, body: '', success: [{ from: 200, to: 299 }], timeout: 5_000,
  policy: { attempts: 1, delays: [100] }, concurrency: 1, secrets: [], allow: [], breaker: false,
};
const loopback = ['127.0.0.0/8'];
const to = (...addresses: string[]): Resolve => () => Promise.resolve(addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 })));

async function sendTo(url: string, allow: readonly string[] = [], options: SenderOptions = {}): Promise<number> {
  const sender = new Sender({ ...base, url, allow }, [], options);
  try {
    return (await sender.send(sender.prepare({ id: 'm1', release: 'v1', datetime: '', attributes: {} }))).status;
  } finally {
    await sender.close();
  }
}

let endpoint: Endpoint;
beforeEach(async () => {
  endpoint = await httpEndpoint((response) => response.end());
});
afterEach(() => endpoint.close());

describe('an address on loopback, however it is written', () => {
  it.each(['127.0.0.1', '127.1', '2130706433', '0x7f000001', '0177.0.0.1', '0x7f.1', '127.0.0.1.', '[::ffff:127.0.0.1]', '[::ffff:7f00:1]', '[::1]', '0.0.0.0', '[::]', 'localhost', 'LOCALHOST', '１２７.0.0.1'])(
    '%s gets no connection unless it is allowed',
    async (host) => {
      await expect(sendTo(`http://${host}:${endpoint.port}/`)).rejects.toThrow(AddressRefusedError);
      expect(endpoint.opened()).toBe(0);
    },
  );

  it.each(['127.0.0.1', '2130706433', '0x7f.1', 'localhost', '[::ffff:127.0.0.1]'])('%s does where it is', async (host) => {
    await expect(sendTo(`http://${host}:${endpoint.port}/`, loopback)).resolves.toBe(200);
  });
});

describe('a name', () => {
  const url = () => `http://there.test:${endpoint.port}/`;

  it('that resolves to addresses that are not public gets no connection', async () => {
    await expect(sendTo(url(), [], { resolve: to('127.0.0.1', '10.0.0.1') })).rejects.toThrow('Nothing was sent to "there.test": its address "127.0.0.1" is in the range loopback');
    expect(endpoint.opened()).toBe(0);
  });

  it('is connected to only at the addresses that may be', async () => {
    await expect(sendTo(url(), loopback, { resolve: to('10.255.255.1', 'fd00::1', '127.0.0.1') })).resolves.toBe(200);
  });

  it('is judged anew at every connection, so that it cannot change between check and use', async () => {
    const answers = ['127.0.0.1', '169.254.169.254'];
    const resolve: Resolve = () => to(answers.shift() ?? '')('');
    const sender = new Sender({ ...base, url: url(), allow: loopback }, [], { resolve });
    const send = () => sender.send({ method: 'POST', url: url(), headers: { connection: 'close' }, body: '' });

    expect((await send()).status).toBe(200);
    await expect(send()).rejects.toThrow('"169.254.169.254" is in the range linkLocal');
    await sender.close();
  });
});

describe('TLS', () => {
  const certificate = certificateFor('there.test');
  const resolve = to('127.0.0.1');

  async function reason(served?: typeof certificate, { scheme = 'https', host = 'there.test', ca }: { scheme?: string; host?: string; ca?: string } = {}): Promise<string> {
    const server = await httpEndpoint((response) => response.end(), served);
    try {
      return String(await sendTo(`${scheme}://${host}:${server.port}/`, loopback, { resolve, ca }).catch((error: unknown) => (error as DeliveryError).message.replace(/^.*?": /, '')));
    } finally {
      await server.close();
    }
  }

  it('by a certificate that is trusted and for the host delivers', async () => {
    expect(await reason(certificate, { ca: certificate.cert })).toBe('200');
  });

  it('says what is wrong', async () => {
    expect(await reason(certificate)).toBe('the TLS certificate is signed by itself; NODE_EXTRA_CA_CERTS names authorities of your own (DEPTH_ZERO_SELF_SIGNED_CERT).');
    expect(await reason(certificate, { ca: certificate.cert, host: 'other.test' })).toBe('the TLS certificate is for another host name (ERR_TLS_CERT_ALTNAME_INVALID).');
    const expired = certificateFor('there.test', { expired: true });
    expect(await reason(expired, { ca: expired.cert })).toBe('the TLS certificate has expired (CERT_HAS_EXPIRED).');
    expect(await reason()).toBe('TLS failed, wrong version number (ERR_SSL_WRONG_VERSION_NUMBER).');
    expect(await reason(certificate, { scheme: 'http' })).toMatch(/^(connection|what came)[^\n]* \(\w+\)\.$/);
  });
});
