import { Published, headers, newId } from '@warren/protocol';
import { managementApi, type Management } from '@warren/testing';
import { setTimeout as delay } from 'node:timers/promises';
import { type System } from '../system/system.js';
import { type Case } from './plan.js';

/** Publishes at the same time. */
const lanes = 24;
const patience = 200;

/** Publishes the cases, again and again where nobody confirms: through the gateway, and what the gateway would refuse through the broker's own API. */
export class Publishing {
  /** Which case each confirmed message is. Foreign messages are not in it: they have no id. */
  readonly accepted = new Map<string, number>();
  private readonly management: Management;

  constructor(private readonly system: System) {
    this.management = managementApi(system.run.broker.managementUrl);
  }

  /** Spreads them over so many milliseconds, or more. Resolves when each case was confirmed once. */
  async publish(cases: readonly Case[], milliseconds: number): Promise<void> {
    const rest = cases.values();
    const pace = (milliseconds * lanes) / cases.length;
    const lane = async () => {
      for (const one of rest) {
        await this.until(one);
        await delay(pace);
      }
    };
    await Promise.all(Array.from({ length: lanes }, lane));
  }

  private async until(one: Case): Promise<void> {
    const send = one.broken || one.foreign ? () => this.byBroker(one) : () => this.byGateway(one);
    while (!(await send().catch(() => false))) await delay(patience);
  }

  private async byGateway({ n, contract, plan }: Case): Promise<boolean> {
    const init = { method: 'POST', body: JSON.stringify({ n, plan }), headers: { 'content-type': 'application/json' } };
    const { status, text } = await this.system.request(`/api/v1/flows/fragile/${contract}`, init);
    if (status !== 202) return false;
    this.accepted.set(Published.parse(JSON.parse(text)).id, n);
    return true;
  }

  /** The broker confirms to its API before that answers. */
  private async byBroker(one: Case): Promise<boolean> {
    const id = newId();
    const body = { routing_key: one.contract, payload: bodyOf(one), payload_encoding: 'string', properties: one.foreign ? { delivery_mode: 2 } : propertiesOf(id, one) };
    const { routed } = await this.management<{ routed: boolean }>('/api/exchanges/%2F/fragile/publish', { method: 'POST', body });
    if (routed && !one.foreign) this.accepted.set(id, one.n);
    return routed;
  }
}

function bodyOf({ n, plan, broken }: Case): string {
  if (broken === 'no JSON') return `no JSON, ${n}`;
  return JSON.stringify(broken === 'another schema' ? { n, plan: { kind: 'unheard of' } } : { n, plan });
}

function propertiesOf(id: string, { contract, broken }: Case): object {
  const type = `fragile.${contract}@${broken === 'unknown version' ? 9 : 1}`;
  return { delivery_mode: 2, message_id: id, correlation_id: id, type, app_id: 'e2e', content_type: 'application/json', headers: { [headers.at]: Date.now() } };
}
