import { Module } from '@nestjs/common';
import { Outbox } from './outbox.js';
import { OutboxRelay } from './outbox.relay.js';

/** The outbox of a service, beside its DatabaseModule.forRoot() with `outboxMigrations`. */
@Module({ providers: [Outbox, OutboxRelay], exports: [Outbox] })
export class OutboxModule {}
