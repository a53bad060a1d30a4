import { Webhook } from 'standardwebhooks';

/** A secret that cannot sign. Its message never holds it. */
export class SecretError extends Error {
  override name = 'SecretError';
}

/**
 * The headers of Standard Webhooks for one attempt: the id, which stays the same over all attempts, and where there are secrets the attempt's time in seconds and a
 * signature by each of them, so that receivers go on while one is replaced. Source: Standard Webhooks 1.0.0, headers and secret rotation.
 */
export type Sign = (id: string, at: Date, body: string) => Record<string, string>;

/** @throws SecretError when a secret is not whsec_ and then base64. */
export function signer(secrets: readonly string[]): Sign {
  const webhooks = secrets.map(webhookOf);
  return (id, at, body) => ({
    'webhook-id': id,
    ...(webhooks.length > 0 && {
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': webhooks.map((webhook) => webhook.sign(id, at, body)).join(' '),
    }),
  });
}

function webhookOf(secret: string, index: number): Webhook {
  const [, base64 = ''] = /^whsec_(.+)$/.exec(secret) ?? [];
  const key = Buffer.from(base64, 'base64');
  if (key.toString('base64') === base64 && key.length >= 24 && key.length <= 64) return new Webhook(secret);
  throw new SecretError(`Secret ${index + 1} cannot sign: it must be whsec_ and 24 to 64 random bytes in base64, such as from: echo whsec_$(openssl rand -base64 32)`);
}
