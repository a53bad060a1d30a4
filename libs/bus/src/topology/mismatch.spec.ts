import { StartError } from '../bus.errors.js';
import { explainMismatch } from './mismatch.js';

const refused = (message: string, code = 406) => Object.assign(new Error(message), { code });

describe("the broker's refusal of a declaration", () => {
  it('is explained: which queue, which argument, and what to do', () => {
    const error = explainMismatch(
      refused(`Operation failed: QueueDeclare; 406 (PRECONDITION-FAILED) with message "PRECONDITION_FAILED - inequivalent arg 'x-queue-type' for queue 'signal.imed' in vhost '/': received 'quorum' but current is 'classic'"`),
    );

    expect(error).toBeInstanceOf(StartError);
    expect((error as Error).message).toBe(
      `The queue "signal.imed" on the broker has another x-queue-type than Warren declares (received 'quorum' but current is 'classic'). Delete it once it is empty, or give the consumer another queue name.`,
    );
  });

  it.each([refused('NOT_FOUND - no queue', 404), refused('something else entirely'), new Error('socket closed'), 'text'])('that says something else is given back as it is: %s', (error) => {
    expect(explainMismatch(error)).toBe(error);
  });
});
