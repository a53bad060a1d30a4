import { sql } from '@warren/database';
import { type ObserverRequest, type OperationState } from '@warren/protocol';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { RequestRefused } from './request.errors.js';

type SteerRequest = Extract<ObserverRequest, { kind: 'steer' }>;

const states = { pause: 'paused', resume: 'running', abort: 'aborted' } as const satisfies Record<SteerRequest['steer'], OperationState>;

/** Takes effect when the operation's present chunk is through. @throws RequestRefused 404, 409 */
export async function steerOperation(tx: JournalTransaction, { operation, steer }: SteerRequest): Promise<void> {
  const { rows } = await sql<{ state: OperationState }>`select state from operations where id = ${operation} for update`.execute(tx);
  const [found] = rows;
  if (!found) throw new RequestRefused(404, 'unknown-operation', `There is no operation ${operation}.`);
  const { state } = found;
  if (state === 'done' || state === 'aborted' || state === 'failed') {
    throw new RequestRefused(409, 'operation-ended', `Operation ${operation} is ${state} already: there is nothing left to ${steer}.`);
  }
  await sql`update operations set state = ${states[steer]} where id = ${operation}`.execute(tx);
}
