import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { OnMessage } from '@warren/bus';
import { bootstrap, WarrenModule } from '@warren/service';
import { trade } from './flow.js';

/** Is announced, so that Warren knows the flow. What the bench publishes is terminal: nothing comes here. */
@Injectable()
class Trade {
  private taken = 0;

  @OnMessage(trade.order, { queue: 'trade.order' })
  order(): void {
    this.taken += 1;
  }

  @OnMessage(trade.payment, { queue: 'trade.payment' })
  payment(): void {
    this.taken += 1;
  }

  @OnMessage(trade.parcel, { queue: 'trade.parcel' })
  parcel(): void {
    this.taken += 1;
  }

  @OnMessage(trade.invoice, { queue: 'trade.invoice' })
  invoice(): void {
    this.taken += 1;
  }
}

@Module({ imports: [WarrenModule.forRoot({ name: 'trade', contracts: [trade] })], providers: [Trade] })
class TradeModule {}

void bootstrap({ name: 'trade', module: TradeModule });
