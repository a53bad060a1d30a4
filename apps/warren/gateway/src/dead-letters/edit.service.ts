import { Injectable } from '@nestjs/common';
import { ProblemError } from '@warren/service';
import { FlowsStore } from '../flows/flows.store.js';
import { PayloadCheck } from '../flows/payload-check.js';
import { ObserverService } from '../operations/observer.service.js';
import { DeadLettersStore } from './dead-letters.store.js';
import { isMasked } from './masked.js';
import { deepest, nestsTooDeep } from './nesting.js';

/** Gives dead letters another payload. */
@Injectable()
export class EditService {
  private readonly check = new PayloadCheck();

  constructor(
    private readonly letters: DeadLettersStore,
    private readonly flows: FlowsStore,
    private readonly observer: ObserverService,
  ) {}

  /**
   * @param text the payload as JSON; secrets that hold their mask stay what they are
   * @throws ProblemError 400 for what is no JSON, 404, 409 for a letter that waits no more, 422 for what its consumer would not take or nobody could read, 503
   */
  async edit(letter: number, text: string, asked: { id: string; by: string }): Promise<void> {
    const payload = parsed(text);
    if (nestsTooDeep(payload)) throw tooDeep();
    const contract = await this.flows.contractOf(await this.letters.whatItIs(letter));
    if (contract) this.checkAgainst(contract, payload);
    await this.observer.ask({ ...asked, kind: 'edit', deadLetter: letter, payload });
  }

  private checkAgainst({ type, schema, secret }: { type: string; schema: object; secret: string[] }, payload: unknown): void {
    const issues = this.check.issues(schema, payload).filter(({ path }) => !isMasked(payload, path, secret));
    if (issues.length > 0) throw new ProblemError(422, { code: 'payload-does-not-fit', detail: `The payload is no ${type}.`, issues });
  }
}

const tooDeep = () => new ProblemError(422, { code: 'payload-too-deep', detail: `The payload may have at most ${deepest} objects and arrays in one another.` });

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new ProblemError(400, { code: 'no-json', detail: `The body is no JSON: ${(error as Error).message}.` });
  }
}
