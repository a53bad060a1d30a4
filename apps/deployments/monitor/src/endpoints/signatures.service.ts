import { Inject, Injectable } from '@nestjs/common';
import { type ConfigType } from '@nestjs/config';
import { ProblemError } from '@warren/service';
import { Webhook } from 'standardwebhooks';
import { monitorConfig } from '../monitor.config.js';

/** Checks who sends, as a receiver of Standard Webhooks does: any of its secrets will do, and a time that is more than 5 minutes off will not. */
@Injectable()
export class Signatures {
  private readonly webhooks: readonly Webhook[];

  constructor(@Inject(monitorConfig.KEY) { secrets }: ConfigType<typeof monitorConfig>) {
    this.webhooks = secrets.map((secret) => new Webhook(secret));
  }

  /** @throws ProblemError 401 where there are secrets and the request is signed by none of them. */
  check(body: string, headers: Record<string, string>): void {
    if (this.webhooks.length === 0) return;
    const reasons = this.webhooks.map((webhook) => reasonAgainst(webhook, body, headers));
    if (reasons.every((reason) => reason !== undefined)) throw new ProblemError(401, { code: 'wrong-signature', detail: `The request is not signed by a secret of MONITOR_SECRETS: ${reasons[0] ?? ''}.` });
  }
}

function reasonAgainst(webhook: Webhook, body: string, headers: Record<string, string>): string | undefined {
  try {
    webhook.verify(body, headers, { jsonParse: false });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
