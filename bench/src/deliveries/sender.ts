import { Agent, request } from 'undici';
import { Webhook } from 'standardwebhooks';
import { concurrency } from './release.js';

/** Signed requests as both rivals send them: over so many kept connections as there are requests at once. */
export class Sender {
  private readonly url = process.env['BENCH_URL'] ?? '';
  private readonly webhook = new Webhook(process.env['BENCH_SECRET'] ?? '');
  private readonly dispatcher = new Agent({ connections: concurrency });

  /** @returns the answer's status @throws unless it is 200 */
  async send(id: string, body: string): Promise<number> {
    const at = new Date();
    const headers = {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
      'webhook-signature': this.webhook.sign(id, at, body),
    };
    const answer = await request(this.url, { method: 'POST', headers, body, dispatcher: this.dispatcher });
    await answer.body.text();
    if (answer.statusCode !== 200) throw new Error(`Answered ${answer.statusCode}.`);
    return answer.statusCode;
  }
}
