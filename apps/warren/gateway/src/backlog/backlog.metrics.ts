import { Injectable } from '@nestjs/common';
import { Metrics } from '@warren/service';
import { Counter, Gauge } from 'prom-client';
import { collecting, kept } from '../metrics/figures.js';
import { Backlog } from './backlog.service.js';
import { Drops } from './drops.service.js';

/** How far the journal is behind, for Prometheus. Every gateway tells it: take the maximum over them. What cannot be read is left out. */
@Injectable()
export class BacklogMetrics {
  constructor({ registry }: Metrics, backlog: Backlog, drops: Drops) {
    const now = kept(() => backlog.now());
    const gauge = (name: string, help: string, key: 'messages' | 'bytes' | 'seconds') => {
      const read = async () => { const { [key]: value } = await now(); return value === null ? [] : [{ value }]; }; // prettier-ignore
      new Gauge({ name, help, registers: [registry], collect: collecting(read, false) });
    };
    gauge('warren_journal_backlog_messages', 'Messages and reports that wait to be journalled.', 'messages');
    gauge('warren_journal_backlog_bytes', 'Bytes of them.', 'bytes');
    gauge('warren_journal_behind_seconds', 'What was published so long ago, and before, is in the journal.', 'seconds');
    const collect = function (this: Counter): void {
      this.reset();
      this.inc(drops.count);
    };
    new Counter({ name: 'warren_journal_dropped_total', help: 'Messages and reports that were dropped from a full backlog.', registers: [registry], collect });
  }
}
