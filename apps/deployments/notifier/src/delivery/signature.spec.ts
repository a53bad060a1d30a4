import { createHmac, randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import { SecretError, signer } from './signature.js';

const secret = () => `whsec_${randomBytes(32).toString('base64')}`;
const at = new Date(Math.floor(Date.now() / 1_000) * 1_000 + 999);
const body = '{"what":"é"}';

describe('the headers of Standard Webhooks', () => {
  it('are the id alone where there is no secret', () => {
    expect(signer([])('m1', at, body)).toEqual({ 'webhook-id': 'm1' });
  });

  it('are as the standard says: HMAC-SHA256 by the key, over id, seconds and body', () => {
    const key = randomBytes(24);
    const headers = signer([`whsec_${key.toString('base64')}`])('m1', at, body);
    const seconds = String(Math.floor(at.getTime() / 1_000));

    expect(headers).toEqual({ 'webhook-id': 'm1', 'webhook-timestamp': seconds, 'webhook-signature': `v1,${createHmac('sha256', key).update(`m1.${seconds}.${body}`).digest('base64')}` });
  });

  it('hold a signature by each secret during a rotation, and either receiver takes them', () => {
    const [fresh, before] = [secret(), secret()];
    const headers = signer([fresh, before])('m1', at, body);

    expect(headers['webhook-signature']?.split(' ')).toHaveLength(2);
    for (const one of [fresh, before]) expect(new Webhook(one).verify(body, headers)).toEqual({ what: 'é' });
    expect(() => new Webhook(secret()).verify(body, headers)).toThrow('No matching signature found');
    expect(() => new Webhook(fresh).verify(`${body} `, headers)).toThrow('No matching signature found');
  });

  it('keep the id and have the time of their attempt', () => {
    const sign = signer([secret()]);
    const [first, second] = [sign('m1', new Date(1_000), body), sign('m1', new Date(61_000), body)];

    expect([first['webhook-id'], first['webhook-timestamp']]).toEqual(['m1', '1']);
    expect([second['webhook-id'], second['webhook-timestamp']]).toEqual(['m1', '61']);
    expect(second['webhook-signature']).not.toBe(first['webhook-signature']);
  });
});

describe('a secret that cannot sign', () => {
  it.each(['', 'whsec_', 'whsec_short', 'hunter2hunter2hunter2hunter2hunter2', `whsec_${'!'.repeat(40)}`, `whsec_${'a'.repeat(41)}`, `whsec_${'a'.repeat(200)}`, ...[23, 65].map((bytes) => `whsec_${randomBytes(bytes).toString('base64')}`)])('%j is refused and not shown', (wrong) => {
    const refused = () => signer([secret(), wrong]);

    expect(refused).toThrow(SecretError);
    expect(refused).toThrow(/^Secret 2 cannot sign: it must be whsec_ and 24 to 64 random bytes in base64/);
    if (wrong.length > 6) expect(refused).not.toThrow(wrong);
  });
});
