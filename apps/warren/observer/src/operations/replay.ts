import { zstdDecompressSync } from 'node:zlib';
import { Injectable } from '@nestjs/common';
import { BufferFullError, PublishInterruptedError, PublishTimeoutError, Publisher, SourcesClosedError, UnroutableError } from '@warren/bus';
import { Database } from '@warren/database';
import { digestOf, JourneySelection } from '@warren/protocol';
import { failpoint } from '@warren/service';
import { type OperationRow } from './operations.store.js';
import { claimedRoots, claimRoots, markRoots, type ClaimedRoot, type Replayed } from './replay.store.js';
import { nextRoots } from './roots.js';

/** Publishes roots again: claimed in the database, published and confirmed, marked. A crash between two of these may publish one twice, with the same id. */
@Injectable()
export class Replay {
  constructor(
    private readonly database: Database,
    private readonly publisher: Publisher,
  ) {}

  /** @returns how many roots it took. */
  async chunk(operation: OperationRow, most: number): Promise<number> {
    const next = await nextRoots(this.database.kysely, operation, JourneySelection.parse(operation.selection), most);
    await this.database.transaction((tx) => claimRoots(tx, operation, next));
    failpoint('replay.claimed');
    await this.settle(operation);
    return next.ids.length;
  }

  /** Publishes what the operation has claimed; false: there is nothing. @throws what made it impossible now */
  async settle(operation: OperationRow): Promise<boolean> {
    const roots = await claimedRoots(this.database.kysely, operation);
    if (roots.length === 0) return false;
    const { failure, ...replayed } = await this.publish(roots);
    failpoint('replay.published');
    await this.database.transaction((tx) => markRoots(tx, operation, replayed));
    failpoint('replay.marked');
    if (failure !== undefined) throw failure;
    return true;
  }

  private async publish(roots: readonly ClaimedRoot[]): Promise<Replayed & { failure?: Error }> {
    const replayed: Replayed & { failure?: Error } = { ids: [], refused: new Map() };
    const settled = async (root: ClaimedRoot) => {
      try {
        const reason = await this.again(root);
        if (reason === undefined) replayed.ids.push(root.replay);
        else replayed.refused.set(root.replay, reason);
      } catch (error) {
        replayed.failure = error as Error;
      }
    };
    await Promise.all(roots.map(settled));
    return replayed;
  }

  /** @returns why it cannot be published; undefined: it is. @throws what may pass */
  private async again({ replay: id, exchange, topic, type, contract, service, digest, ...stored }: ClaimedRoot): Promise<string | undefined> {
    if (exchange === null) return 'Its root has left the journal.';
    const body = stored.compressed ? zstdDecompressSync(stored.body) : stored.body;
    if (digestOf(exchange, topic, body) !== digest) return 'The journal does not have its root as it was published, since secrets are masked there: publish it anew with its secrets.';
    if (contract === null) return `No service has announced a contract ${type ?? `for ${exchange} ${topic}`}: start one that does, then replay it again.`;
    try {
      await this.publisher.publishAgain({ exchange, topic, type: contract }, { id, service: service ?? '', body });
      return undefined;
    } catch (error) {
      return refusalOf(error, `${exchange} ${topic}`);
    }
  }
}

const passing = [PublishInterruptedError, PublishTimeoutError, SourcesClosedError, BufferFullError];

function refusalOf(error: unknown, where: string): string {
  if (passing.some((kind) => error instanceof kind)) throw error;
  if (error instanceof UnroutableError) return `No consumer takes ${where}: start one that does, then replay it again.`;
  return `It cannot be published: ${error instanceof Error ? error.message : String(error)}`;
}
