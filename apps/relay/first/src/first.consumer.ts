import { Injectable } from '@nestjs/common';
import { OnMessage, type Received } from '@warren/bus';
import { entrance, relay } from '@warren/contracts';
import { portions } from './portions.js';

/** How many children one message has at the most: all of them are published at once, and again if one of them is not confirmed in time. */
const most = 500;

/** Starts as many messages as are asked for, in one journey. What is more than a portion is asked for again, portion by portion. */
@Injectable()
export class FirstConsumer {
  @OnMessage(relay.start, { queue: 'relay.first', concurrency: 2 })
  start({ payload: { from, count } }: Received<typeof relay.start>) {
    if (count > most) return portions({ from, count }, most).map((portion) => relay.start(portion));
    return Array.from({ length: count }, (_, index) => entrance({ text: `seq-${from + index}` }));
  }
}
