import { Injectable } from '@nestjs/common';
import { Database } from '@warren/database';
import { type ObserverRequest, type Refusal } from '@warren/protocol';
import { type JournalTransaction } from '../storage/journal.tables.js';
import { Adoption, startAdoption } from './adoption.service.js';
import { answer } from './answers.js';
import { editPayload } from './edit.js';
import { addNote } from './note.js';
import { refusalOf } from './request.errors.js';
import { startReplay } from './start-replay.js';
import { startOperation } from './start.js';
import { steerOperation } from './steer.js';

/** Does each request once, in the transaction that also says so. */
@Injectable()
export class Requests {
  constructor(
    private readonly database: Database,
    private readonly adoption: Adoption,
  ) {}

  /** Resolves when the request is done or refused, and answered; once more with the same id it changes nothing. */
  async perform(request: ObserverRequest): Promise<void> {
    const refusal = await this.attempt(request);
    if (refusal) await this.database.transaction((tx) => answer(tx, request, refusal));
  }

  /** @returns why it cannot be done. @throws what may pass */
  private async attempt(request: ObserverRequest): Promise<Refusal | undefined> {
    try {
      const found = request.kind === 'adopt' ? await this.adoption.found(request) : 0;
      await this.database.transaction(async (tx) => {
        if (await answer(tx, request, null)) await carryOut(tx, request, found);
      });
      return undefined;
    } catch (error) {
      const refusal = refusalOf(error);
      if (!refusal) throw error;
      return refusal;
    }
  }
}

function carryOut(tx: JournalTransaction, request: ObserverRequest, found: number): Promise<void> {
  switch (request.kind) {
    case 'redrive':
    case 'discard':
      return startOperation(tx, request);
    case 'adopt':
      return startAdoption(tx, request, found);
    case 'replay':
      return startReplay(tx, request);
    case 'steer':
      return steerOperation(tx, request);
    case 'edit':
      return editPayload(tx, request);
    case 'note':
      return addNote(tx, request);
  }
}
