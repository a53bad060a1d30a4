import { Injectable } from '@nestjs/common';

/** What this instance has done since its start, for the badges of its pages. */
@Injectable()
export class Tally {
  count = 0;
  lastAt: Date | undefined;

  add(): void {
    this.count += 1;
    this.lastAt = new Date();
  }
}
