import { Injectable, Optional } from '@nestjs/common';
import { Database, sql, type AnyTransaction } from '@warren/database';
import { newId, type Draft } from '@warren/protocol';
import { StartError } from '../bus.errors.js';
import { checkedPayload, encode } from '../publish/encode.js';
import type { PublishedMessage } from '../publish/publisher.js';
import { OutboxRelay } from './outbox.relay.js';

/**
 * Starts journeys as a part of a transaction: what is committed is published, once the system is RUNNING, also when the broker is away or this process dies;
 * what is rolled back is not. Comes with OutboxModule, and needs the service's database with `outboxMigrations` among its migrations.
 *
 *     const { id } = await this.database.transaction(async (transaction) => {
 *       const order = await transaction.insertInto('orders').values({ item }).returning('id').executeTakeFirstOrThrow();
 *       return this.outbox.add(transaction, shop.order({ order: order.id, item }));
 *     });
 *
 * Messages are published in the order in which they were added. Lock or write the entity before you add its message: two transactions on one entity then
 * add theirs one after the other.
 */
@Injectable()
export class Outbox {
  private readonly database: Database;

  constructor(
    private readonly relay: OutboxRelay,
    @Optional() database?: Database,
  ) {
    if (!database) throw new StartError('The outbox needs a database: import DatabaseModule.forRoot() with outboxMigrations.');
    this.database = database;
  }

  /**
   * Adds a root message to a transaction of Database.transaction().
   * @returns the ids that it will be published with
   * @throws PayloadError
   */
  async add(transaction: AnyTransaction, draft: Draft): Promise<PublishedMessage> {
    const { exchange, topic, type } = draft.contract;
    const id = newId();
    // As it will be sent: what is too large is refused here, not in the relay.
    const { body } = encode(draft.contract, checkedPayload(draft), { id, journey: id, type, service: '', at: Date.now(), attempt: 1, redrive: 0 });
    await sql`insert into outbox (message, exchange, topic, type, payload) values (${id}, ${exchange}, ${topic}, ${type}, ${body.toString()})`.execute(transaction);
    this.database.afterCommit(transaction, () => this.relay.nudge());
    return { id, journey: id };
  }
}
