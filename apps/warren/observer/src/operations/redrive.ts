import { zstdDecompressSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { PublishInterruptedError, PublishTimeoutError, Redriver, UnroutableError } from '@warren/bus';
import { Database } from '@warren/database';
import { failpoint } from '@warren/service';
import { type OperationRow } from './operations.store.js';
import { claim, claimed, mark, type Claimed, type Sent } from './redrive.store.js';
import { nextOf } from './selection.js';

/** Puts dead letters back to their queues: claimed in the database, published and confirmed, marked. A crash between two of these may publish one again. */
@Injectable()
export class Redrive {
  constructor(
    private readonly database: Database,
    private readonly redriver: Redriver,
  ) {}

  /** @returns how many letters it took. */
  async chunk(operation: OperationRow, most: number): Promise<number> {
    const next = await nextOf(this.database.kysely, operation, most);
    await this.database.transaction((tx) => claim(tx, operation, next));
    failpoint('redrive.claimed');
    await this.settle(operation);
    return next.ids.length;
  }

  /** Puts back what the operation has claimed; false: there is nothing. @throws what made it impossible now */
  async settle(operation: OperationRow): Promise<boolean> {
    const letters = await claimed(this.database.kysely, operation);
    if (letters.length === 0) return false;
    const { failure, ...sent } = await this.publish(letters);
    failpoint('redrive.published');
    await this.database.transaction((tx) => mark(tx, operation, sent));
    failpoint('redrive.marked');
    if (failure !== undefined) throw failure;
    return true;
  }

  private async publish(letters: readonly Claimed[]): Promise<Sent & { failure?: Error }> {
    const sent: Sent & { failure?: Error } = { ids: [], refused: new Map() };
    const settled = async (letter: Claimed) => {
      try {
        await this.redriver.publish(redriven(letter));
        sent.ids.push(letter.id);
      } catch (error) {
        const reason = refusalOf(error, letter);
        if (reason === undefined) sent.failure = error as Error;
        else sent.refused.set(letter.id, reason);
      }
    };
    await Promise.all(byMessage(letters).map((same) => same.reduce((before, letter) => before.then(() => settled(letter)), Promise.resolve())));
    return sent;
  }
}

/** The broker tells by its id which message it returns: of those with one id, one after another is under way. */
function byMessage(letters: readonly Claimed[]): Claimed[][] {
  const groups = new Map<string, Claimed[]>();
  for (const letter of letters) groups.set(letter.message, [...(groups.get(letter.message) ?? []), letter]);
  return [...groups.values()];
}

/** Why a letter cannot be put back; undefined: it can, when the broker is well again. */
function refusalOf(error: unknown, { queue, outbox, contract, address }: Claimed): string | undefined {
  if (error instanceof PublishInterruptedError || error instanceof PublishTimeoutError) return undefined;
  if (error instanceof UnroutableError && address) return `No consumer takes ${address.exchange} ${address.topic}: start one that does, then redrive it again.`;
  if (error instanceof UnroutableError && outbox) return `No service has announced the contract ${contract ?? ''}: start one that does, then redrive it again.`;
  if (error instanceof UnroutableError) return `Queue "${queue}" is gone: start its consumer, then redrive it again.`;
  return `It cannot be published: ${error instanceof Error ? error.message : String(error)}`;
}

const redriven = ({ queue, message: id, journey, contract, service, run, redrive, parent, foreign, contentType, headers, compressed, body, address }: Claimed) => ({
  queue, id, journey, headers,
  type: contract ?? '',
  service: service ?? '',
  run: run ?? undefined,
  redrive: redrive + 1,
  parent: parent ?? undefined,
  foreign: foreign ?? undefined,
  contentType: contentType ?? undefined,
  address: address ?? undefined,
  body: compressed ? zstdDecompressSync(body) : body,
}); // prettier-ignore
