import { childId, newId, type Draft } from '@warren/protocol';
import { waitFor } from '../wait-for.js';
import { setStage, type Stage, type StageOptions } from './stage.js';

export interface ConsumerContract extends Omit<StageOptions, 'children'> {
  /** The n-th valid message, n from 1; each another one. */
  message: (n: number) => Draft;
  /** What the consumer makes of it, in order. */
  children: (n: number) => readonly Draft[];
  /** A payload that the contract's schema refuses. */
  malformed: unknown;
}

const testTimeout = 60_000;

/**
 * What every consumer of every flow holds, through its real application on a real broker. One suite a file, `<name>.contract.int-spec.ts`
 * beside `<name>.consumer.ts`: `npm test` fails for a consumer without one.
 */
export function consumerContract(contract: ConsumerContract): void {
  const { queue, message, children, malformed } = contract;
  let stage: Stage;

  const handled = (id: string) => stage.wire.hopsOf(id).filter(({ outcome }) => outcome === 'handled');
  const whenHandled = (ids: readonly string[], times = 1) =>
    waitFor(() => ids.every((id) => handled(id).length >= times), { timeout: 20_000, what: `the report that ${queue} handled its messages` });
  const whenCalled = (times: number) =>
    waitFor(() => stage.hook.calls.length >= times, { timeout: 20_000, what: `${times} calls of the consumer of ${queue}` });
  const publishMany = (count: number) => Promise.all(Array.from({ length: count }, (_, index) => stage.wire.publish(message(index + 1))));
  /** The ids that the n-th message's children must have, whoever handles it and however often. */
  const childIds = (id: string, n: number) =>
    children(n).map(({ contract: { type } }, index) => childId({ parentId: id, consumer: stage.announced.name, redrive: 0, type, index }));
  const childIdsSeen = (id: string) => new Set(stage.wire.childrenOf(id).map((child) => child.id));
  const expectOneEffect = (ids: readonly string[]) => {
    for (const [index, id] of ids.entries()) expect(childIdsSeen(id)).toEqual(new Set(childIds(id, index + 1)));
  };

  beforeAll(async () => {
    stage = await setStage({ ...contract, children: children(1) });
  }, testTimeout);
  afterEach(() => stage.hook.reset());

  describe(`the consumer of ${queue}`, () => {
    it('handles a valid message and publishes its children', async () => {
      const id = await stage.wire.publish(message(1));
      await whenHandled([id]);
      const expected = children(1).map(({ contract: { type }, payload }) => ({ journey: id, parent: id, type, payload }));
      expect(stage.wire.childrenOf(id)).toMatchObject(expected);
      expectOneEffect([id]);
    });

    it.each([
      ['does not fit the schema', malformed],
      ['is no JSON', Buffer.from('{')],
    ])('makes a message that %s a dead letter with its cause, and is not called', async (_, payload) => {
      const id = await stage.wire.publish({ ...message(1), payload });
      const letter = await waitFor(() => stage.wire.dead.find((dead) => dead.id === id), { what: 'the dead letter' });
      expect(letter.headers).toMatchObject({ 'warren-queue': queue, 'warren-cause': expect.stringContaining('message') as unknown });
      expect(stage.hook.calls).toEqual([]);
      expect(childIdsSeen(id).size).toBe(0);
    });

    it('tries a message again after a passing failure', async () => {
      stage.hook.before = ({ attempt }) => {
        if (attempt === 1) throw new Error('It fails in passing.');
      };
      const id = await stage.wire.publish(message(1));
      await whenHandled([id]);
      expect(stage.hook.calls).toEqual([{ id, attempt: 1 }, { id, attempt: 2 }]);
      expect(stage.wire.hopsOf(id)).toMatchObject([{ outcome: 'retried', error: { message: 'It fails in passing.' } }, { outcome: 'handled', attempt: 2 }]);
      expectOneEffect([id]);
    }, testTimeout);

    it('has one effect when a message comes twice', async () => {
      const id = newId();
      await stage.wire.publish(message(1), id);
      await stage.wire.publish(message(1), id);
      await whenHandled([id], 2);
      expectOneEffect([id]);
    });

    it('loses nothing when the broker goes away and comes back', async () => {
      stage.hook.hold();
      const ids = await publishMany(2 * stage.announced.concurrency);
      await whenCalled(stage.announced.concurrency);
      stage.proxy.cut();
      stage.hook.release();
      stage.proxy.restore();
      await stage.conductor.run();
      await whenHandled(ids);
      expectOneEffect(ids);
    }, testTimeout);

    it('stops by finishing and acknowledging what it has in hand; the rest stays in the queue', async () => {
      stage.hook.hold();
      const ids = await publishMany(3 * stage.announced.concurrency);
      await whenCalled(stage.announced.concurrency);
      const closed = stage.close();
      for (const { id } of [...stage.hook.calls]) {
        stage.hook.releaseOne(id);
        await whenHandled([id]);
      }
      // One more may have been on its way before the broker heard of the end.
      expect(stage.hook.calls.length).toBeLessThanOrEqual(stage.announced.concurrency + 1);
      stage.hook.release();
      await closed;
      const called = ids.filter((id) => stage.hook.calls.some((call) => call.id === id));
      await whenHandled(called);
      await expect(stage.broker.queue(queue)).resolves.toEqual({ messages: ids.length - called.length, consumers: 0 });
    }, testTimeout);
  });
}
