import 'reflect-metadata';
import { Injectable, Module } from '@nestjs/common';
import { OnMessage } from '@warren/bus';
import { bootstrap, WarrenModule } from '@warren/service';
import { shop } from './flow.js';

const concurrency = 100;

/** Takes what is redriven, and has no trouble with it any more. */
@Injectable()
class Shop {
  private taken = 0;

  @OnMessage(shop.order, { queue: 'shop.order', concurrency })
  order(): void {
    this.taken += 1;
  }

  @OnMessage(shop.invoice, { queue: 'shop.invoice', concurrency })
  invoice(): void {
    this.taken += 1;
  }

  @OnMessage(shop.parcel, { queue: 'shop.parcel', concurrency })
  parcel(): void {
    this.taken += 1;
  }

  @OnMessage(shop.refund, { queue: 'shop.refund', concurrency })
  refund(): void {
    this.taken += 1;
  }
}

@Module({ imports: [WarrenModule.forRoot({ name: 'shop', contracts: [shop] })], providers: [Shop] })
class ShopModule {}

void bootstrap({ name: 'shop', module: ShopModule });
