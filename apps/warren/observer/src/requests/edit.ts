import { zstdDecompressSync } from 'node:zlib';
import { sql } from '@warren/database';
import { type DeadLetterState, digestOf, type ObserverRequest } from '@warren/protocol';
import { contentOf, type Content } from '../dead-letters/content.js';
import { withoutSecrets, type Rendering } from '../journal/line.js';
import { loadRegistry } from '../registry/registry.store.js';
import { lockJournal } from '../storage/journal.lock.js';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { keepSecrets, maskedField } from './keep-secrets.js';
import { notDead, unknownLetter } from './not-dead.js';
import { RequestRefused } from './request.errors.js';

type EditRequest = Extract<ObserverRequest, { kind: 'edit' }>;

interface Letter {
  id: number;
  state: DeadLetterState;
  queue: string;
  contract: string | null;
  compressed: boolean;
  body: Buffer;
}

/** Changes what a redrive of the letter sends; its id and journey stay. @throws RequestRefused 404, 409, 422 */
export async function editPayload(tx: JournalTransaction, { deadLetter, payload }: EditRequest): Promise<void> {
  await lockJournal(tx);
  const letter = await find(tx, deadLetter);
  const rendering = (await loadRegistry(tx, 0)).renderingOfQueue(letter.queue, letter.contract ?? undefined);
  const body = Buffer.from(JSON.stringify(unmasked(payload, letter, rendering)));
  await store(tx, letter, contentOf(body, rendering), digestOf('', letter.queue, body));
}

async function find(tx: JournalTransaction, id: number): Promise<Letter> {
  const { rows } = await sql<Letter>`select id, state, queue, contract, compressed, body from dead_letters where id = ${id}`.execute(tx);
  const [letter] = rows;
  if (!letter) throw unknownLetter(id);
  if (letter.state !== 'dead') throw notDead([letter]);
  return letter;
}

/** The payload with its secrets, of which the operator has seen masks only. */
function unmasked(payload: unknown, { compressed, body }: Letter, rendering: Rendering): unknown {
  if (rendering.secret.length === 0) return payload;
  const stored = compressed ? zstdDecompressSync(body) : body;
  const kept = keepSecrets(payload, parsed(withoutSecrets(stored, rendering)), parsed(stored));
  const masked = maskedField(kept, rendering.secret);
  if (masked === undefined) return kept;
  throw new RequestRefused(422, 'masked-secret', `The secret "${masked}" holds its mask where nothing says which secret that was: write the secret itself.`);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}

async function store(tx: JournalTransaction, { id }: Letter, { size, line, payload, compressed, body, shown }: Content, digest: string): Promise<void> {
  await sql`
    update dead_letters set edited = true, edited_digest = ${digest}, content_type = 'application/json', size = ${size}, line = ${line},
      payload = ${payload}::jsonb, compressed = ${compressed}, body = ${body}, shown = ${shown}
    where id = ${id}
  `.execute(tx);
}
