import { newId } from '@warren/protocol';
import { type Circumstances, queueOf } from './holds.js';
import { type QueueRow } from './journeys.rows.js';

const now = new Date('2026-11-20T06:40:00Z');
const ago = (seconds: number) => new Date(now.getTime() - seconds * 1_000);
const queue = 'shop.till';

const row = (more: Partial<QueueRow> = {}): QueueRow => ({
  queue, consumer: 'shop.till', service: 'shop-till', open: 1, handled: 0, dead: 0, discarded: 0, retrying: 0, due: null, since: ago(60), redriven: null, ended: null, ...more,
}); // prettier-ignore

const broker = (ready: number, inHand: number, consumers: number) => new Map([[queue, { ready, inHand, consumers }]]);
const around = (more: Partial<Circumstances> = {}): Circumstances => ({ now, system: 'RUNNING', figures: broker(3, 2, 1), hands: [], instances: new Map([['shop-till', ['till-1']]]), ...more });
const hand = { message: newId(), journey: newId(), queue, attempt: 2, redrive: 0, since: ago(5).getTime(), instance: 'till-1' };
const retrying = { retrying: 1, due: ago(-30) };

describe('why a journey waits at a queue', () => {
  it.each([
    ['in-hand', 'till-1 has it in hand since 2026-11-20T06:39:55.000Z, attempt 2.', row(), around({ hands: [hand], system: 'SHUTDOWN' })],
    ['shut-down', 'The system is shut down: no consumer is attached.', row(retrying), around({ system: 'SHUTDOWN' })],
    ['retrying', 'Its next attempt is due at 2026-11-20T06:40:30.000Z.', row(retrying), around({ figures: broker(0, 0, 0) })],
    ['behind', '3 messages wait in the queue, 2 are in hand of 1 consumer.', row({ ...retrying, open: 2 }), around()],
    ['behind', '3 messages wait in the queue, 2 are in hand of 1 consumer.', row({ ...retrying, due: ago(1) }), around()],
    ['unknown', 'The broker cannot be asked: see AMQP_MANAGEMENT_URL.', row(), around({ figures: null })],
    ['no-queue', 'The broker has no such queue: it was deleted, and is declared when its service starts.', row(), around({ figures: new Map() })],
    ['no-instance', 'No instance of shop-till runs: 1 message waits in the queue, which has no consumer.', row(), around({ figures: broker(1, 0, 0), instances: new Map() })],
    ['no-instance', 'Nobody has announced a consumer of it: 7 messages wait in the queue, which has no consumer.', row({ service: null }), around({ figures: broker(7, 0, 0) })],
    ['detached', 'shop-till runs (till-1) and consumes nothing from it: its consumer is held.', row(), around({ figures: broker(1, 0, 0) })],
    ['paused', 'The system is PAUSED: what was begun is finished, nothing is redriven.', row(), around({ system: 'PAUSED' })],
    ['missing', 'The queue is empty and no instance has it in hand: its message was taken out by somebody else, or lost.', row(), around({ figures: broker(0, 0, 1) })],
    ['behind', '0 messages wait in the queue, 0 are in hand of 2 consumers.', row({ since: ago(2) }), around({ figures: broker(0, 0, 2) })],
  ])('is that it is %s: %s', (reason, detail, waiting, circumstances) => {
    expect(queueOf(waiting, circumstances)).toMatchObject({ queue, reason, detail });
  });

  it('names a pause beside another reason', () => {
    expect(queueOf(row(retrying), around({ system: 'PAUSED' })).detail).toBe('Its next attempt is due at 2026-11-20T06:40:30.000Z. The system is PAUSED.');
  });

  it('comes with what the queue is doing, and since when', () => {
    expect(queueOf(row({ open: 4 }), around())).toMatchObject({ open: 4, since: '2026-11-20T06:39:00.000Z', broker: { ready: 3, inHand: 2, consumers: 1 }, service: 'shop-till' });
    expect(queueOf(row({ since: null }), around({ figures: null }))).toMatchObject({ since: null, broker: null });
  });
});
