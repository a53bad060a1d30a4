import { Published } from '@warren/protocol';
import { type System } from '../system/system.js';

/** Publishes a release through the gateway, as `POST` does. @returns the message's id. @throws with what the gateway answers instead of accepting it */
export async function release(system: System, name: string): Promise<string> {
  const body = JSON.stringify({ release: name, datetime: new Date().toISOString() });
  const { status, text } = await system.request('/api/v1/flows/deployments/released', { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  if (status !== 202) throw new Error(text);
  return Published.parse(JSON.parse(text)).id;
}
